"""Signing in and out, and choosing a language."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from sluse.organizations.models import Language, User
from sluse.web import screen
from sluse.web.forms.sign_in import SignInForm

LANGUAGE_COOKIE_SECONDS = 365 * 24 * 60 * 60


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@screen.public
def sign_in(request: HttpRequest) -> HttpResponse:
    back = screen.safe_address(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.user.is_authenticated:
        return HttpResponseRedirect(back)
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (user := form.user(request)):
        auth.login(request, user)
        return HttpResponseRedirect(back)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return screen.render(request, "web/sign_in.html", {"form": form, "next": back}, status=status)


@require_POST
@screen.public
def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return HttpResponseRedirect(reverse("web:sign-in"))


@require_POST
@screen.public
def choose_language(request: HttpRequest) -> HttpResponse:
    """Kept on the device, and by a person who is signed in for all their devices."""
    response = HttpResponseRedirect(screen.safe_address(request, request.POST.get("next", "")))
    chosen = request.POST.get("language", "")
    if chosen not in Language.values:
        return response
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=LANGUAGE_COOKIE_SECONDS,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    if isinstance(request.user, User):
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    return response
