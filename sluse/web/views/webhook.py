"""The webhook of an organization: the address and the secret that its source system signs with."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sluse.organizations import access
from sluse.organizations.access import Right
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization, User
from sluse.web import screen
from sluse.webhooks import secret


@require_safe
@screen.signed_in
def page(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    return _page(request, organization)


@require_http_methods(["GET", "POST"])
@screen.signed_in
def make(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    """The answer itself shows the secret, and is kept nowhere: after it nobody can read the secret again. To replace one is
    confirmed first."""
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    if request.method == "GET":
        context = {"webhook": secret.show(organization=organization, now=timezone.now())}
        return screen.render(request, "web/webhook/make.html", context, organization=organization)
    try:
        made = secret.make(organization=organization, actor=access.actor_of(user), now=timezone.now())
    except ConflictError as refusal:
        messages.error(request, str(refusal))
        return _back(organization)
    response = _page(request, organization, made=made)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@screen.signed_in
def remove(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    if request.method == "GET":
        context = {"webhook": secret.show(organization=organization, now=timezone.now())}
        return screen.render(request, "web/webhook/remove.html", context, organization=organization)
    try:
        secret.remove(organization=organization, actor=access.actor_of(user), now=timezone.now())
    except ConflictError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The secret is removed. Nothing is taken in by webhook any more."))
    return _back(organization)


def _page(request: HttpRequest, organization: Organization, *, made: str = "") -> HttpResponse:
    context = {
        "webhook": secret.show(organization=organization, now=timezone.now()),
        "address": f"{settings.BASE_URL}{reverse('webhook', args=[organization.slug])}",
        "made": made,
    }
    return screen.render(
        request, "web/webhook/page.html", context, organization=organization, status=HTTPStatus.OK
    )


def _back(organization: Organization) -> HttpResponse:
    return screen.see_other(reverse("web:webhook", args=[organization.slug]))
