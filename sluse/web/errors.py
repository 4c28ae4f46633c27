"""Refusals and faults as pages: what happened, and what to do now, in plain sentences."""

import logging
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _

from sluse.organizations.errors import SluseError

logger = logging.getLogger(__name__)


def refused(request: HttpRequest, error: SluseError) -> HttpResponse:
    return _page(request, error.status, str(error))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django gives it by name
    return _page(request, HTTPStatus.BAD_REQUEST, "")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - as above
    return _page(request, HTTPStatus.FORBIDDEN, "")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - as above
    return _page(request, HTTPStatus.NOT_FOUND, "")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    logger.info("CSRF check failed: %s", reason)
    detail = _(
        "The page was too old, or cookies are switched off. Nothing was changed. Go back and try again."
    )
    return _page(request, HTTPStatus.FORBIDDEN, detail)


def server_error(_request: HttpRequest) -> HttpResponse:
    """Asks neither session nor database, which may be what broke."""
    text = loader.render_to_string("web/errors/server_error.html", {"product": "Sluse"})
    return HttpResponse(text, status=HTTPStatus.INTERNAL_SERVER_ERROR, headers={"Cache-Control": "no-store"})


def _page(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    title, help_text = _words(status)
    context = {"title": title, "detail": detail or help_text, "status_code": int(status)}
    response = render(request, "web/errors/refused.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _words(status: int) -> tuple[str, str]:
    words = {
        HTTPStatus.BAD_REQUEST: (
            _("The request could not be understood"),
            _("Something in the address or the form was not as expected. Go back and try again."),
        ),
        HTTPStatus.FORBIDDEN: (
            _("You cannot do this"),
            _("You may see this, but not change it. Ask an administrator of the organization."),
        ),
        HTTPStatus.NOT_FOUND: (
            _("This page does not exist"),
            _("The address may be wrong, or the page belongs to an organization you are not a member of."),
        ),
    }
    other = (_("This cannot be done now"), _("Nothing was changed."))
    return words.get(HTTPStatus(status), other)
