"""Two administrators: whether both are needed, and the page on which the second one decides."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sluse.gate import four_eyes
from sluse.organizations import access
from sluse.organizations.access import Right
from sluse.organizations.errors import ConflictError, ForbiddenError
from sluse.organizations.models import Organization, User
from sluse.sync import agreeing, switching
from sluse.web import screen
from sluse.web.forms.holds import ReasonForm


@require_http_methods(["GET", "POST"])
@screen.signed_in
def policy(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    """To need two is one person's wish; to need only one again is asked for, and a second administrator decides."""
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    required = four_eyes.is_required(organization=organization)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason, actor, now = form.cleaned_data["reason"], access.actor_of(user), timezone.now()
        if required:
            agreeing.ask_for_one(organization=organization, reason=reason, actor=actor, now=now)
            messages.success(request, _("A second administrator must approve this."), extra_tags="four-eyes")
        else:
            agreeing.require_two(organization=organization, reason=reason, actor=actor, now=now)
            messages.success(
                request, _("From now on two administrators must agree to turn on."), extra_tags="four-eyes"
            )
        return _back(organization)
    if required:
        words = _("Let one administrator be enough?"), _("Ask a second administrator")
        sentences = [_("A second administrator must approve this too.")]
    else:
        words = _("Require two administrators to turn on?"), _("Require two")
        sentences = [
            _(
                "One administrator asks, another one approves within a day. Nobody approves their own request."
            ),
            _("Turning off never waits for anyone."),
        ]
    context = {"title": words[0], "submit": words[1], "consequences": sentences, "form": form}
    context |= {"action": request.path, "back": _address(organization)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return screen.render(request, "web/holds/page.html", context, organization=organization, status=status)


@require_http_methods(["GET", "POST"])
@screen.signed_in
def decide(request: HttpRequest, user: User, *, slug: str, approval_id: int) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    approval = four_eyes.of(organization=organization, approval_id=approval_id)
    rejecting = request.POST.get("decision") == "reject"
    form = ReasonForm(request.POST if rejecting else None, auto_id="reject-%s")
    if request.method == "POST" and (not rejecting or form.is_valid()):
        facts: dict[str, Any] = {"organization": organization, "approval_id": approval_id}
        actor, now = access.actor_of(user), timezone.now()
        try:
            if rejecting:
                agreeing.reject(**facts, reason=form.cleaned_data["reason"], actor=actor, now=now)
                messages.success(request, _("The request was rejected."), extra_tags="four-eyes")
            else:
                switching.approve(**facts, actor=actor, now=now)
                messages.success(request, _("Approved, and carried out."), extra_tags="four-eyes")
        except (ConflictError, ForbiddenError) as refusal:
            messages.error(request, str(refusal), extra_tags="four-eyes")
        return _back(organization)
    context = {
        "approval": approval,
        "form": form,
        "is_own": approval.requested_by_id == str(user.pk),
        "backlog": switching.backlog(organization=organization, now=timezone.now()),
        "now": timezone.now(),
        "wanted": "on",
        "back": _address(organization),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return screen.render(request, "web/approval.html", context, organization=organization, status=status)


def _address(organization: Organization) -> str:
    return f"{reverse('web:connector', args=[organization.slug])}#four-eyes"


def _back(organization: Organization) -> HttpResponse:
    return screen.see_other(_address(organization))
