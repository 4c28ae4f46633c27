"""The verification of the sync log: asked for by whoever may read it, and how far it has come."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sluse.organizations import access
from sluse.organizations.access import Right
from sluse.organizations.models import User
from sluse.sync import proving
from sluse.web import proof_words, screen


@require_safe
@screen.signed_in
def current(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    """The badge alone, asked for again as long as a walk is under way."""
    organization = access.organization_for(user=user, slug=slug, right=Right.READ_LOG)
    if not screen.is_fragment(request):
        return screen.see_other(reverse("web:log", args=[slug]))
    context = proof_words.context(proving.of(organization=organization), organization, has_ended=True)
    return screen.render(request, "web/log/verification.html", context, organization=organization)


@require_http_methods(["GET", "POST"])
@screen.signed_in
def start(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    """It only reads, so nothing is confirmed."""
    organization = access.organization_for(user=user, slug=slug, right=Right.READ_LOG)
    if request.method == "POST":
        proving.start(organization=organization, now=timezone.now())
        messages.success(
            request, _("The log is being verified. You may leave this page; it goes on by itself.")
        )
    return screen.see_other(reverse("web:log", args=[slug]))
