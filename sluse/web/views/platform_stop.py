"""The stop of the whole platform, and its end: asked, confirmed with a reason, carried out by one call inward."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from sluse.gate import read
from sluse.gate.models import Hold
from sluse.gate.platform_stop import Stopped
from sluse.organizations import access
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import User
from sluse.sync import holding
from sluse.web import screen
from sluse.web.forms.holds import ReasonForm


@require_http_methods(["GET", "POST"])
@screen.signed_in
def stop(request: HttpRequest, user: User) -> HttpResponse:
    access.require_platform(user=user)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason, actor = form.cleaned_data["reason"], access.actor_of(user)
        answer = holding.stop_platform(reason=reason, actor=actor, now=timezone.now())
        messages.success(request, _stopped(answer))
        return screen.see_other(reverse("web:platform"))
    words = {
        "title": _("Stop sending for every organization?"),
        "submit": _("Stop the whole platform"),
        "danger": True,
        "consequences": [
            _("Nothing more is sent to any accounting system until a global administrator ends the stop."),
            _("What is on its way is waited for; that may take a minute."),
            _("No switch is turned. Approved reimbursements wait in the queues."),
            _("Every organization sees the reason you give, and has it in its sync log."),
        ],
    }
    return _page(request, form, words)


@require_http_methods(["GET", "POST"])
@screen.signed_in
def resume(request: HttpRequest, user: User) -> HttpResponse:
    access.require_platform(user=user)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason, actor = form.cleaned_data["reason"], access.actor_of(user)
        try:
            holding.resume_platform(reason=reason, actor=actor, now=timezone.now())
        except ConflictError as refusal:
            messages.info(request, str(refusal))
        else:
            messages.success(
                request, _("The stop has ended. Every switch and every other hold stand as they stood.")
            )
        return screen.see_other(reverse("web:platform"))
    words = {
        "title": _("Let the platform send again?"),
        "submit": _("End the stop"),
        "consequences": [
            _("Organizations whose switch is on send new approvals again, and what waits with the next run."),
            _("Switches that are off stay off, and every other hold stays."),
        ],
    }
    return _page(request, form, words, hold=read.platform_stop())


def _stopped(answer: Stopped) -> str:
    if not answer.changed:
        return _("The platform was stopped already. Nothing was changed.")
    if not answer.in_flight:
        return _("The platform is stopped. Nothing is on its way.")
    words = ngettext(
        "The platform is stopped. %(count)s organization still has a request on its way; none follows.",
        "The platform is stopped. %(count)s organizations still have a request on its way; none follows.",
        answer.in_flight,
    )
    return words % {"count": answer.in_flight}


def _page(
    request: HttpRequest, form: ReasonForm, words: dict[str, Any], *, hold: Hold | None = None
) -> HttpResponse:
    context = {
        **words,
        "form": form,
        "hold": hold,
        "action": request.path,
        "back": reverse("web:platform"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return screen.render(request, "web/holds/page.html", context, status=status)
