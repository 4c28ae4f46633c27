"""The expense types every organization has. Organizations add their own by using them."""

import re

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

NAME_FORM = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")

STANDARD: dict[str, str] = {
    "mileage": gettext_noop("Mileage"),
    "passenger_supplement": gettext_noop("Passenger supplement"),
    "toll": gettext_noop("Toll"),
    "parking": gettext_noop("Parking"),
    "public_transport": gettext_noop("Public transport"),
    "meals": gettext_noop("Meals"),
    "lodging": gettext_noop("Lodging"),
    "honorarium": gettext_noop("Honorarium"),
    "other": gettext_noop("Other expense"),
}


def label(name: str, *, language: str | None = None) -> str:
    """In the given language, or in the reader's; an organization's own type is called by its name."""
    if name not in STANDARD:
        return name
    with translation.override(language or translation.get_language()):
        return str(translation.gettext(STANDARD[name]))


NAME_HELP = _("Use 1 to 40 small letters a to z, digits, hyphens and underscores.")
