"""Which mails a member wishes: their own, changed by nobody else."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sluse.organizations import access, directory
from sluse.organizations.access import Right
from sluse.organizations.models import Mails, User
from sluse.web import screen
from sluse.web.forms.notifications import NotificationsForm


@require_http_methods(["GET", "POST"])
@screen.signed_in
def page(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.READ)
    membership = directory.membership_of(organization=organization, user=user)
    current = {"mails": membership.mails, "weekly_digest": membership.weekly_digest} if membership else {}
    form = NotificationsForm(request.POST if request.method == "POST" else None, initial=current)
    if membership and form.is_valid():
        directory.choose_mails(
            membership=membership,
            mails=Mails(form.cleaned_data["mails"]),
            weekly_digest=form.cleaned_data["weekly_digest"],
        )
        messages.success(request, _("Your choice was saved."))
        return screen.see_other(reverse("web:notifications", args=[slug]))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "membership": membership, "address": user.email}
    return screen.render(request, "web/notifications.html", context, organization=organization, status=status)
