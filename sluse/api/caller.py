"""The door of every call: who asks, with what right, of which organization.

Refusals come in the order 401, 404, 403, and before anything else of the request is looked at, so that an outsider
learns nothing of what is behind the door.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from sluse.audit.actor import Actor
from sluse.organizations import access, tokens
from sluse.organizations.access import Right
from sluse.organizations.errors import ForbiddenError, InvalidError, NotFoundError, UnauthenticatedError
from sluse.organizations.models import Organization, Token, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    request: HttpRequest
    user: User
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOf(Asked):
    organization: Organization


class BearerToken(HttpBearer):
    """`scopes`: any one of them opens."""

    def __init__(self, *scopes: str) -> None:
        super().__init__()
        self.scopes = scopes

    def __call__(self, request: HttpRequest) -> Asked:
        _refuse_unstorable(request)
        word, _blank, plaintext = request.headers.get(self.header, "").partition(" ")
        now = timezone.now()
        is_bearer = word.lower() == self.openapi_scheme
        token = tokens.authenticate(plaintext=plaintext.strip(), now=now) if is_bearer else None
        if token is None:
            raise UnauthenticatedError(_("Send a valid token: Authorization: Bearer …"))
        _speak_language_of(token.user, request)
        return self.enter(request, token, now)

    def authenticate(self, request: HttpRequest, token: str) -> None:
        """The library's own way in, in whose place `__call__` stands."""
        raise NotImplementedError

    def enter(self, request: HttpRequest, token: Token, now: datetime) -> Asked:
        raise NotImplementedError

    def check_scope(self, token: Token) -> None:
        if not any(token.allows(scope) for scope in self.scopes):
            detail = _("The token lacks the scope for this: %(scopes)s.") % {
                "scopes": _(" or ").join(self.scopes)
            }
            raise ForbiddenError(detail, code="scope_missing")


class PlatformDoor(BearerToken):
    def enter(self, request: HttpRequest, token: Token, now: datetime) -> Asked:
        access.require_platform(user=token.user)
        self.check_scope(token)
        if token.organization_id is not None:
            raise ForbiddenError(_("This token is bound to one organization."), code="token_bound")
        return Asked(request=request, user=token.user, actor=access.actor_of(token.user), now=now)


class OrganizationDoor(BearerToken):
    def __init__(self, *scopes: str, right: Right) -> None:
        super().__init__(*scopes)
        self.right = right

    def enter(self, request: HttpRequest, token: Token, now: datetime) -> AskedOf:
        assert request.resolver_match is not None
        slug = str(request.resolver_match.kwargs["org"])
        organization = access.organization_for(user=token.user, slug=slug, right=Right.READ)
        if token.organization_id not in (None, organization.pk):
            raise NotFoundError(_("There is no such organization, or you are not a member of it."))
        self.check_scope(token)
        access.require(user=token.user, organization=organization, right=self.right)
        return AskedOf(
            request=request,
            user=token.user,
            actor=access.actor_of(token.user),
            now=now,
            organization=organization,
        )


def _speak_language_of(user: User, request: HttpRequest) -> None:
    """What the caller asks for wins; a program that asks for nothing gets its user's language."""
    if user.language and "Accept-Language" not in request.headers:
        translation.activate(user.language)


def _refuse_unstorable(request: HttpRequest) -> None:
    """A NUL can stand in no column, so nothing has it as its name, and nothing can be asked for by it."""
    if "\x00" in request.path:
        raise NotFoundError(_("There is no such address."))
    if any("\x00" in value for values in request.GET.lists() for value in (values[0], *values[1])):
        raise InvalidError(_("The address holds characters that cannot be used."))
