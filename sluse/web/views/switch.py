"""The switch: asked for, confirmed with a reason, carried out by one call inward; alike on both pages."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sluse.connectors.base import Missing
from sluse.organizations import access
from sluse.organizations.access import Right
from sluse.organizations.errors import ConflictError, InvalidError, PreconditionFailedError
from sluse.organizations.models import Organization, User
from sluse.sync import follow, readiness, switching
from sluse.sync.switching import SwitchAnswer
from sluse.web import platform_filters, screen, sentences
from sluse.web.forms.switch import FORMS, SwitchForm

DIALOG_HEADERS = {"HX-Retarget": "#dialog-slot", "HX-Reswap": "innerHTML", "HX-Reselect": "#switch-dialog"}
"""What htmx got instead of the page it hoped for belongs in the dialog that is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which page the switch was pressed on: where its confirmation lives and where it returns to."""

    organization: Organization
    action: str
    back: str


@require_http_methods(["GET", "POST"])
@screen.signed_in
def of_organization(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    action, back = reverse("web:switch", args=[slug]), reverse("web:connector", args=[slug])
    return _answer(request, user, Place(organization=organization, action=action, back=back))


@require_http_methods(["GET", "POST"])
@screen.signed_in
def on_platform(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    access.require_platform(user=user)
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    query = platform_filters.query_string(request.GET)
    action = reverse("web:platform-switch", args=[slug]) + query
    return _answer(
        request, user, Place(organization=organization, action=action, back=reverse("web:platform") + query)
    )


def _answer(request: HttpRequest, user: User, place: Place) -> HttpResponse:
    wanted = request.POST.get("to") if request.method == "POST" else request.GET.get("to")
    if wanted not in FORMS:
        return screen.see_other(place.back)
    if request.method == "POST":
        return _turn(request, user, place, wanted)
    return _ask(request, place, wanted)


def _ask(request: HttpRequest, place: Place, wanted: str) -> HttpResponse:
    switch = switching.show(organization=place.organization, now=timezone.now())
    if sentences.is_in(switch.state, wanted):
        messages.info(request, sentences.already(wanted, place.organization))
        return _back(request, place)
    missing = readiness.missing(organization=place.organization) if wanted == "on" else []
    if missing:
        return _not_ready(request, place, missing)
    form = FORMS[wanted](initial={"to": wanted, "version": switch.version}, auto_id="switch-%s")
    return _confirmation(request, place, wanted, form)


def _turn(request: HttpRequest, user: User, place: Place, wanted: str) -> HttpResponse:
    form = FORMS[wanted](request.POST, auto_id="switch-%s")
    if not form.is_valid():
        return _confirmation(request, place, wanted, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        answer = _carry_out(user, place.organization, wanted, form)
    except InvalidError as refusal:
        form.add_refusal(refusal, field_of=lambda path: "text" if path == "reason" else path)
        return _confirmation(request, place, wanted, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    except PreconditionFailedError as refusal:
        return _stale(request, place, wanted, refusal)
    except ConflictError as refusal:
        if refusal.code in {"not_ready", "no_connector"}:
            return _not_ready(request, place, readiness.missing(organization=place.organization))
        messages.error(request, str(refusal))
        return _back(request, place)
    messages.success(request, sentences.turned(answer, place.organization))
    return _back(request, place)


def _carry_out(user: User, organization: Organization, wanted: str, form: SwitchForm) -> SwitchAnswer:
    """Off is never refused because somebody was quicker; on is: it was decided on what is no longer so."""
    actor, now, reason = access.actor_of(user), timezone.now(), form.reason()
    if wanted == "off":
        return switching.disable(organization=organization, reason=reason, actor=actor, now=now)
    version = form.cleaned_data["version"]
    return switching.enable(organization=organization, version=version, reason=reason, actor=actor, now=now)


def _confirmation(
    request: HttpRequest, place: Place, wanted: str, form: SwitchForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    now = timezone.now()
    backlog = switching.backlog(organization=place.organization, now=now)
    context = {"wanted": wanted, "form": form, "now": now, "backlog": backlog}
    context["delivered"] = follow.waiting(organization=place.organization)
    return _render(request, "confirm", place, context, status)


def _not_ready(request: HttpRequest, place: Place, missing: list[Missing]) -> HttpResponse:
    context = {"wanted": "on", "missing": missing}
    return _render(request, "not_ready", place, context, HTTPStatus.CONFLICT)


def _stale(request: HttpRequest, place: Place, wanted: str, refusal: PreconditionFailedError) -> HttpResponse:
    switch = switching.show(organization=place.organization, now=timezone.now())
    context = {"wanted": wanted, "detail": str(refusal), "switch": switch}
    return _render(request, "stale", place, context, HTTPStatus.PRECONDITION_FAILED)


def _render(
    request: HttpRequest, name: str, place: Place, context: dict[str, Any], status: int
) -> HttpResponse:
    fragment = screen.is_fragment(request)
    context |= {
        "place": place,
        "body": f"web/switch/{name}_body.html",
        "title": _titles()[name, context["wanted"]] % {"organization": place.organization.name},
        "is_dialog": fragment,
    }
    template = "web/switch/dialog.html" if fragment else "web/switch/page.html"
    response = screen.render(request, template, context, organization=place.organization, status=status)
    for header, value in DIALOG_HEADERS.items() if fragment else ():
        response.headers[header] = value
    return response


def _back(request: HttpRequest, place: Place) -> HttpResponse:
    """A redirect is followed by htmx too; but a GET that only wanted a dialog has nowhere to put a page."""
    if screen.is_fragment(request) and request.method == "GET":
        return HttpResponse(headers={"HX-Redirect": place.back})
    return screen.see_other(place.back)


def _titles() -> dict[tuple[str, str], str]:
    return {
        ("confirm", "on"): _("Turn on synchronization for %(organization)s?"),
        ("confirm", "off"): _("Turn off synchronization for %(organization)s?"),
        ("not_ready", "on"): _("%(organization)s is not ready to be turned on"),
        ("stale", "on"): _("Somebody changed the switch of %(organization)s while you were deciding"),
        ("stale", "off"): _("Somebody changed the switch of %(organization)s while you were deciding"),
    }
