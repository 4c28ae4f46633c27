"""Maintenance windows and the breaker: planned on the settings page, changed and ended on pages of their own."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sluse.gate import holds
from sluse.gate.models import Hold
from sluse.organizations import access
from sluse.organizations.access import Right
from sluse.organizations.errors import ConflictError, InvalidError
from sluse.organizations.models import Organization, User
from sluse.sync import holding
from sluse.web import connector_page, screen
from sluse.web.forms.base import Form
from sluse.web.forms.holds import ReasonForm, WindowForm


@require_http_methods(["GET", "POST"])
@screen.signed_in
def plan(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    if request.method == "GET":
        return _back(organization)
    form = WindowForm(request.POST, time_zone=organization.time_zone)
    if form.is_valid():
        try:
            holding.plan_window(
                organization=organization,
                **form.times(),
                reason=form.cleaned_data["reason"],
                actor=access.actor_of(user),
                now=timezone.now(),
            )
        except (InvalidError, ConflictError) as refusal:
            _tell(form, refusal)
        else:
            messages.success(request, _("The window was planned."), extra_tags="windows")
            return _back(organization)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return connector_page.answer(request, user, organization, refused=("windows", form), status=status)


@require_http_methods(["GET", "POST"])
@screen.signed_in
def change(request: HttpRequest, user: User, *, slug: str, hold_id: int) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    hold = holds.of(organization=organization, hold_id=hold_id)
    data = request.POST if request.method == "POST" else None
    form = WindowForm(data, time_zone=hold.time_zone, hold=hold)
    if data and form.is_valid():
        try:
            holding.change_window(
                organization=organization,
                hold_id=hold_id,
                **form.times(),
                reason=form.cleaned_data["reason"],
                actor=access.actor_of(user),
                now=timezone.now(),
            )
        except (InvalidError, ConflictError) as refusal:
            _tell(form, refusal)
        else:
            messages.success(request, _("The window was changed."), extra_tags="windows")
            return _back(organization)
    words = {"title": _("Change the maintenance window"), "submit": _("Save the window")}
    return _page(request, organization, hold, form, words)


@require_http_methods(["GET", "POST"])
@screen.signed_in
def end(request: HttpRequest, user: User, *, slug: str, hold_id: int) -> HttpResponse:
    """A window is cancelled or ended, the breaker cleared; each after a question and with a reason."""
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    hold = holds.of(organization=organization, hold_id=hold_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    now = timezone.now()
    if form.is_valid():
        try:
            holding.end_hold(
                organization=organization,
                hold_id=hold_id,
                reason=form.cleaned_data["reason"],
                actor=access.actor_of(user),
                now=now,
            )
        except (InvalidError, ConflictError) as refusal:
            _tell(form, refusal)
        else:
            messages.success(
                request, _("The hold has ended. Every other reason not to send stays."), extra_tags="windows"
            )
            return _back(organization)
    return _page(request, organization, hold, form, _ending(hold, is_begun=hold.since <= now))


def _ending(hold: Hold, *, is_begun: bool) -> dict[str, Any]:
    if hold.kind == Hold.Kind.WINDOW and not is_begun:
        return {"title": _("Cancel the maintenance window?"), "submit": _("Cancel the window")}
    sentences = [
        _("What waits may be sent from then on, if the switch is on and nothing else holds."),
        _("The switch itself is not turned."),
    ]
    if hold.kind == Hold.Kind.WINDOW:
        words = {"title": _("End the maintenance window now?"), "submit": _("End the window")}
    elif hold.kind == Hold.Kind.RESTORE:
        words = {"title": _("Release after the restore?"), "submit": _("Release")}
        sentences.insert(0, _("Every voucher that the comparison lists must have been looked at."))
    else:
        words = {"title": _("Clear the automatic stop?"), "submit": _("Clear the stop")}
        sentences.insert(0, _("Is what the reason names mended? A test of the connection tells."))
    return {**words, "consequences": sentences}


def _page(
    request: HttpRequest,
    organization: Organization,
    hold: Hold,
    form: Form,
    words: Mapping[str, str | Sequence[str]],
) -> HttpResponse:
    address = reverse("web:connector", args=[organization.slug])
    context = {"hold": hold, "form": form, "action": request.path, "back": f"{address}#windows", **words}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return screen.render(request, "web/holds/page.html", context, organization=organization, status=status)


def _tell(form: Form, refusal: InvalidError | ConflictError) -> None:
    if isinstance(refusal, InvalidError):
        form.add_refusal(refusal)
    else:
        form.add_error(None, str(refusal))


def _back(organization: Organization) -> HttpResponse:
    return screen.see_other(f"{reverse('web:connector', args=[organization.slug])}#windows")
