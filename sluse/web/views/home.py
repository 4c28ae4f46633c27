"""Where a person lands, and the organizations they belong to."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from sluse.organizations import access, keyset
from sluse.organizations.models import User
from sluse.web import screen

ORGANIZATIONS_PER_PAGE = 100


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
    shown, next_cursor = keyset.cut(
        rows=access.organizations_of(user=user),
        order=keyset.BY_NAME,
        cursor=request.GET.get("cursor", ""),
        limit=ORGANIZATIONS_PER_PAGE,
    )
    context = {
        "organizations": shown,
        "is_first_page": "cursor" not in request.GET,
        "following": f"?cursor={next_cursor}" if next_cursor else "",
    }
    return screen.render(request, "web/organizations.html", context)
