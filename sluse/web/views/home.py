"""Where a person lands, and the organizations they belong to."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from sluse.organizations import access
from sluse.organizations.models import User
from sluse.web import screen


@require_safe
@screen.signed_in
def home(_request: HttpRequest, user: User) -> HttpResponse:
    if user.is_global_administrator:
        return HttpResponseRedirect(reverse("web:platform"))
    own = list(access.organizations_of(user=user)[:2])
    if len(own) == 1:
        return HttpResponseRedirect(reverse("web:status", args=[own[0].slug]))
    return HttpResponseRedirect(reverse("web:organizations"))


@require_safe
@screen.signed_in
def organizations(request: HttpRequest, user: User) -> HttpResponse:
    own = access.organizations_of(user=user)
    return screen.render(request, "web/organizations.html", {"organizations": own})
