"""API tokens: made, shown once, kept as a digest."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from sluse import reach
from sluse.audit import record
from sluse.audit.models import Type
from sluse.organizations import access
from sluse.organizations.errors import FieldError, InvalidError
from sluse.organizations.models import Organization, Token, User

SCOPES = (
    "reimbursements:write",
    "reimbursements:read",
    "connector:read",
    "connector:write",
    "switch:write",
    "sync:run",
    "log:read",
    "platform",
)
PREFIX = "sluse_"
SECRET_BYTES = 32
SHOWN_CHARACTERS = 12
LAST_USED_GRANULARITY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    token: Token
    plaintext: str


def issue(
    *,
    user: User,
    organization: Organization | None,
    scopes: Sequence[str],
    expires_at: datetime | None,
    now: datetime,
    name: str = "",
) -> Issued:
    _check(user, organization, scopes)
    plaintext = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        token = Token.objects.create(
            user=user,
            organization=organization,
            name=name,
            prefix=plaintext[:SHOWN_CHARACTERS],
            digest=digest(plaintext),
            scopes=sorted(set(scopes)),
            created_at=now,
            expires_at=expires_at,
        )
        if organization:
            _log(token, organization, now)
    return Issued(token=token, plaintext=plaintext)


def authenticate(*, plaintext: str, now: datetime) -> Token | None:
    """Whose it is, and of which organization, is not known before it is found."""
    with reach.platform():
        return _authenticate(plaintext, now)


def _authenticate(plaintext: str, now: datetime) -> Token | None:
    token = Token.objects.select_related("user", "organization").filter(digest=digest(plaintext)).first()
    if token is None or not token.is_valid(now=now):
        return None
    if token.last_used_at is None or now - token.last_used_at > LAST_USED_GRANULARITY:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def digest(plaintext: str) -> str:
    """The token holds 256 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(plaintext.encode()).hexdigest()


def _check(user: User, organization: Organization | None, scopes: Sequence[str]) -> None:
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        detail = _("Choose one or more of these scopes: %(scopes)s.") % {"scopes": ", ".join(SCOPES)}
        raise InvalidError(detail, errors=[FieldError(path="scope", code="unknown_scope", detail=detail)])
    if "platform" in scopes and not user.is_global_administrator:
        raise InvalidError(_("Only a global administrator can have the scope platform."))
    if organization and not access.organizations_of(user=user).filter(pk=organization.pk).exists():
        raise InvalidError(_("The user is not a member of this organization."))


def _log(token: Token, organization: Organization, now: datetime) -> None:
    record.record(
        record.NewEntry(
            organization_id=organization.pk,
            organization_slug=organization.slug,
            type=Type.TOKEN,
            actor=access.actor_of(token.user),
            at=now,
            new_state="issued",
            details={"prefix": token.prefix, "scopes": token.scopes},
        )
    )
