"""What the frame around every page needs."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from sluse.organizations import access
from sluse.organizations.models import User

PRODUCT = "Sluse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    label: str
    url: str
    is_current: bool


def page(request: HttpRequest) -> dict[str, Any]:
    return {
        "product": PRODUCT,
        "languages": [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
        "here": request.get_full_path() if request.method == "GET" else request.path,
        "navigation": lambda: navigation(request),
    }


def navigation(request: HttpRequest) -> list[Destination]:
    """Where this person can go; nothing for a visitor, and nothing when we do not know yet who it is."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    return [
        Destination(label=label, url=url, is_current=request.path.startswith(url) and url != "/")
        for label, url in _destinations(user)
    ]


def _destinations(user: User) -> list[tuple[str, str]]:
    found = [(_("Integration management"), reverse("web:platform"))] if user.is_global_administrator else []
    own = list(access.organizations_of(user=user)[:2])
    if len(own) == 1:
        return [*found, (own[0].name, reverse("web:status", args=[own[0].slug]))]
    return [*found, (_("Organizations"), reverse("web:organizations"))] if own else found
