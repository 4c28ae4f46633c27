"""Refusals as RFC 9457 problems: the one table from an error to what the caller is told."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import HttpError, ValidationError

from sluse.organizations.errors import FieldError, InvalidError, SluseError, UnauthenticatedError

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


def respond(
    *,
    status: int,
    code: str,
    detail: str,
    errors: Sequence[FieldError] = (),
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    content = _content(status, code, detail, errors, extra or {})
    response = JsonResponse(content, status=status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Sluse"'
    return response


def content(error: SluseError) -> dict[str, Any]:
    """For an answer that holds several: one item of a list of reimbursements."""
    return _content(error.status, error.code, str(error), error.errors, error.extra)


def refused(_request: HttpRequest, error: SluseError) -> HttpResponse:
    return respond(
        status=error.status, code=error.code, detail=str(error), errors=error.errors, extra=error.extra
    )


def answer_to(request: HttpRequest, error: Exception) -> HttpResponse:
    """For addresses that the library does not serve."""
    return next(answer for kind, answer in HANDLERS.items() if isinstance(error, kind))(request, error)


def not_found(_request: HttpRequest, _error: Exception | None = None) -> HttpResponse:
    return respond(status=HTTPStatus.NOT_FOUND, code="not_found", detail=_("There is no such address."))


@csrf_exempt
def unknown_address(request: HttpRequest) -> HttpResponse:
    """Every other address below those of programs."""
    return not_found(request)


def method_not_allowed(allowed: str) -> HttpResponse:
    detail = _("This address does not take that method. It takes: %(methods)s.") % {"methods": allowed}
    response = respond(status=HTTPStatus.METHOD_NOT_ALLOWED, code="method_not_allowed", detail=detail)
    response.headers["Allow"] = allowed
    return response


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A path that cannot be right is not found; anything else is told field by field."""
    if any(found["loc"][0] == "path" for found in error.errors):
        return not_found(request)
    errors = [_field_error(found) for found in error.errors]
    return refused(request, InvalidError(_("Correct the fields named. Nothing was changed."), errors=errors))


def _field_error(found: Mapping[str, Any]) -> FieldError:
    """The library's own sentence is English, so ours stands in its place; the code says the same to a program."""
    kind = found["type"]
    details = {
        "missing": _("This is required."),
        "extra_forbidden": _("There is no such field."),
        "string_type": _("This must be text."),
        "bool_type": _("This must be true or false."),
        "dict_type": _("This must be an object with named fields."),
        "model_attributes_type": _("This must be an object with named fields."),
    }
    expected = found.get("ctx", {}).get("expected")
    other = (
        _("Choose one of: %(choices)s.") % {"choices": expected}
        if expected
        else _("This value cannot be used here.")
    )
    codes = {"missing": "required", "extra_forbidden": "unknown_field"}
    return FieldError(path=_path(found["loc"]), code=codes.get(kind, kind), detail=details.get(kind, other))


def _path(location: Sequence[str | int]) -> str:
    """`("body", "change", "ids", 0)` → `ids[0]`: the name of our own argument means nothing to the caller."""
    parts = location[2:] if location[0] == "body" else location[1:]
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")


def _unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """The body could not be read; the library wraps what our own reader said."""
    cause = error.__cause__
    if isinstance(cause, SluseError):
        return respond(status=cause.status, code=cause.code, detail=str(cause))
    if isinstance(cause, RequestDataTooBig):
        return too_large(_request, cause)
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        return refused(_request, UnauthenticatedError(_("Send a valid token: Authorization: Bearer …")))
    return respond(status=error.status_code, code="malformed", detail=_("The body could not be read."))


def too_large(_request: HttpRequest, _error: Exception) -> HttpResponse:
    detail = _("The body is too large. Send it in smaller parts.")
    return respond(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, code="too_large", detail=detail)


def _unavailable(_request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("The database cannot be reached.", exc_info=error)
    detail = _("Sluse cannot be reached right now. Try again in a moment.")
    return respond(status=HTTPStatus.SERVICE_UNAVAILABLE, code="unavailable", detail=detail)


def _fault(_request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("An API call failed.", exc_info=error)
    detail = _("Something went wrong in Sluse. It was noted. Ask again before you assume that it was done.")
    return respond(status=HTTPStatus.INTERNAL_SERVER_ERROR, code="internal_error", detail=detail)


HANDLERS: Mapping[type[Exception], Callable[..., HttpResponse]] = {
    SluseError: refused,
    ValidationError: _invalid,
    HttpError: _unreadable,
    RequestDataTooBig: too_large,
    Http404: not_found,
    OperationalError: _unavailable,
    Exception: _fault,
}


def _content(
    status: int, code: str, detail: str, errors: Sequence[FieldError], extra: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        **extra,
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
        "errors": [asdict(error) for error in errors],
        "missing": list(extra.get("missing", [])),
    }
