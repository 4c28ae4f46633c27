"""Sync now: asked for, confirmed with how many and how much, started by one call inward."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sluse.gate import read
from sluse.organizations import access
from sluse.organizations.access import Right
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import User
from sluse.sync import runs
from sluse.web import screen


@require_http_methods(["GET", "POST"])
@screen.signed_in
def now(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    """While nothing may be sent there is nothing to confirm: the domain refuses, says why and logs it."""
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    moment = timezone.now()
    back = reverse("web:status", args=[slug])
    is_open = read.decision(organization_id=organization.pk, now=moment).allowed
    if request.method == "GET" and not is_open:
        return screen.see_other(back)
    if request.method == "GET" or (is_open and "confirmed" not in request.POST):
        context = {
            "now": moment,
            "taken": runs.would_take(organization=organization, now=moment),
            "back": back,
        }
        return screen.render(request, "web/sync_confirm.html", context, organization=organization)
    try:
        runs.start_manual(organization=organization, actor=access.actor_of(user), now=moment)
    except ConflictError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The run has started. You may leave this page; it goes on by itself."))
    return screen.see_other(back)
