"""What every signed-in screen shares: who asks, refusals as pages, and nothing kept by a cache."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render as render_template
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from sluse.gate import read
from sluse.organizations.errors import SluseError
from sluse.organizations.models import Organization, User
from sluse.web import errors, places

Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]
SignedInView = Callable[Concatenate[HttpRequest, User, Parameters], HttpResponseBase]


def public(view: View[Parameters]) -> View[Parameters]:
    @wraps(view)
    def wrapped(
        request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> HttpResponseBase:
        return not_stored(view(request, *args, **kwargs))

    return wrapped


def signed_in(view: SignedInView[Parameters]) -> View[Parameters]:
    """Gives the view the person; what the domain refuses and the view does not answer becomes a page."""

    @wraps(view)
    def wrapped(
        request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return not_stored(_to_sign_in(request))
        try:
            return not_stored(view(request, request.user, *args, **kwargs))
        except SluseError as error:
            return not_stored(errors.refused(request, error))

    return wrapped


def render(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    organization: Organization | None = None,
    status: int = 200,
) -> HttpResponse:
    """Times are shown in the organization's own zone. Whatever holds its sending is told on each of its pages."""
    zone = ZoneInfo(organization.time_zone) if organization else timezone.get_default_timezone()
    if "holds" in context:  # A page that shows how the organization stands has asked already.
        active = context["holds"]
    else:
        active = read.holds_of(organization=organization, now=timezone.now()) if organization else []
    frame = {
        "organization": organization,
        "made_at": timezone.now(),
        "active_holds": active,
        "places": places.of(request, organization) if organization else [],
    }
    with timezone.override(zone):
        return render_template(request, template, {**context, **frame}, status=status)


def see_other(address: str) -> HttpResponse:
    """After a form: the next page is asked for with GET, so that a reload repeats nothing."""
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": address})


def not_stored(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cache-Control"] = "no-store"
    return response


def safe_address(request: HttpRequest, address: str, *, otherwise: str = "/") -> str:
    """Only our own pages are returned to."""
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=hosts, require_https=request.is_secure())
    return address if is_ours else otherwise


def is_fragment(request: HttpRequest) -> bool:
    """Asked for by htmx, to be put into the page that is shown."""
    return request.headers.get("HX-Request") == "true"


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """A fragment would be put into the page, so htmx is told to go there instead."""
    if is_fragment(request):
        return HttpResponse(headers={"HX-Redirect": _sign_in_address(reverse("web:home"))})
    return HttpResponseRedirect(
        _sign_in_address(request.get_full_path() if request.method == "GET" else request.path)
    )


def _sign_in_address(back: str) -> str:
    return f"{settings.LOGIN_URL}?{urlencode({'next': back})}"
