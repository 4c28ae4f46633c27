"""Which language a page is in: the person's own, else the cookie, else the browser's, else Bokmål."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from sluse.organizations.models import Language, User

ALIASES = {"no": Language.BOKMAL}
"""Norwegian without a written form is Bokmål; Django alone would answer it in English."""

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class LanguageMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        translation.activate(from_cookie(request) or from_browser(request) or settings.LANGUAGE_CODE)
        response = self.get_response(request)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


class UserLanguageMiddleware:
    """After authentication: the language a person chose for themselves wins on every device."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if isinstance(request.user, User) and request.user.language:
            translation.activate(request.user.language)
        return self.get_response(request)


def from_cookie(request: HttpRequest) -> str:
    return _supported(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))


def from_browser(request: HttpRequest) -> str:
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return next((found for code, _quality in wanted if (found := _supported(code))), "")


def _supported(code: str) -> str:
    base = code.partition("-")[0].lower()
    base = ALIASES.get(base, base)
    return base if base in Language.values else ""
