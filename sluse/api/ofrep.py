"""OpenFeature Remote Evaluation Protocol: may this organization's postings go now? Read-only, and never cached here.

`targetingKey` is the organization. One that is not there and one that is not the caller's get the same answer. A client
that gets an error takes its own default, so that what it shows is advice; the gate is asked again before each request.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from sluse.api import bodies, problems
from sluse.api.caller import Asked, BearerToken
from sluse.organizations import access
from sluse.organizations.access import Right
from sluse.organizations.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from sluse.organizations.models import Organization, Token
from sluse.sync import flag
from sluse.sync.flag import Flag

REASON = "TARGETING_MATCH"
"""The answer always depends on whose switch is asked for."""
NOT_REUSED = {"Cache-Control": "private, no-cache"}

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFlags(Asked):
    """The organization stands in the body, so it is looked for later. `bound_to` is the only one the token opens."""

    bound_to: int | None


class FlagDoor(BearerToken):
    def enter(self, request: HttpRequest, token: Token, now: datetime) -> AskedFlags:
        self.check_scope(token)
        actor = access.actor_of(token.user)
        return AskedFlags(
            request=request, user=token.user, actor=actor, now=now, bound_to=token.organization_id
        )


class RefusedError(Exception):
    """In the protocol's own words."""

    def __init__(self, code: str, details: str) -> None:
        super().__init__(details)
        self.code = code


_door = FlagDoor("connector:read")


def _answered(view: View) -> View:
    """Refusals as the protocol has them: nothing in the body of 401 and 403, and no more than a sentence of a fault."""

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, **values: Any) -> HttpResponse:
        if request.method != "POST":
            return problems.method_not_allowed("POST")
        try:
            return view(_door(request), **values)
        except RefusedError as refusal:
            return _refused(refusal, **values)
        except Exception as error:  # noqa: BLE001 - the table of refusals notes what it does not know
            response = problems.answer_to(request, error)
            if isinstance(error, UnauthenticatedError | ForbiddenError):
                response.content = b""
            elif response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                response.content = json.dumps({"errorDetails": json.loads(response.content)["detail"]})
                response.headers["Content-Type"] = "application/json"
            return response

    return wrapped


@_answered
def one(asked: AskedFlags, *, key: str) -> HttpResponse:
    context = _context(asked)
    organization = _organization(asked, context)
    if key != flag.KEY or organization is None:
        details = _("There is no such flag for this organization.")
        return _failure(HTTPStatus.NOT_FOUND, {"key": key}, "FLAG_NOT_FOUND", details)
    return JsonResponse(_shape(_flag(asked, organization, context), organization), headers=NOT_REUSED)


@_answered
def every(asked: AskedFlags) -> HttpResponse:
    """The tag covers all that is told, so that it changes when the answer does and only then."""
    context = _context(asked)
    organization = _organization(asked, context)
    found = [_shape(_flag(asked, organization, context), organization)] if organization else []
    content = json.dumps({"flags": found}, sort_keys=True).encode()
    tag = f'"{hashlib.sha256(content).hexdigest()}"'
    headers = {**NOT_REUSED, "ETag": tag}
    if tag in [
        name.removeprefix("W/") for name in parse_etags(asked.request.headers.get("If-None-Match", ""))
    ]:
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return HttpResponse(content, content_type="application/json", headers=headers)


def _context(asked: AskedFlags) -> dict[str, Any]:
    try:
        content = bodies.read(request=asked.request)
    except bodies.MalformedError as error:
        raise RefusedError("PARSE_ERROR", str(error)) from error
    context = content.get("context") if isinstance(content, dict) else None
    if not isinstance(context, dict):
        raise RefusedError("INVALID_CONTEXT", _("Send one JSON object with the object context in it."))
    key = context.get("targetingKey")
    if key in (None, ""):
        details = _("Name the organization: targetingKey is its short name.")
        raise RefusedError("TARGETING_KEY_MISSING", details)
    if not isinstance(key, str) or not isinstance(context.get("connector", ""), str):
        raise RefusedError("INVALID_CONTEXT", _("targetingKey and connector are text."))
    return context


def _organization(asked: AskedFlags, context: dict[str, Any]) -> Organization | None:
    try:
        found = access.organization_for(user=asked.user, slug=context["targetingKey"], right=Right.READ)
    except NotFoundError:
        return None
    return found if asked.bound_to in (None, found.pk) else None


def _flag(asked: AskedFlags, organization: Organization, context: dict[str, Any]) -> Flag:
    return flag.of(organization=organization, kind=context.get("connector", ""), now=asked.now)


def _shape(found: Flag, organization: Organization) -> dict[str, Any]:
    metadata: dict[str, str | int | bool] = {
        "contextId": organization.slug,
        "version": found.version,
        "connector": found.kind,
        "holds": " ".join(found.causes),
        "advisory": True,
    }
    return {
        "key": flag.KEY,
        "value": found.value,
        "variant": found.variant.value,
        "reason": REASON,
        "metadata": metadata,
    }


def _refused(refusal: RefusedError, **named: str) -> HttpResponse:
    return _failure(HTTPStatus.BAD_REQUEST, named, refusal.code, str(refusal))


def _failure(status: int, named: dict[str, str], code: str, details: str) -> HttpResponse:
    content = {**named, "errorCode": code, "errorDetails": details}
    return JsonResponse(content, status=status, headers=NOT_REUSED)
