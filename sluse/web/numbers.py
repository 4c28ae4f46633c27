"""Money and numbers as a Norwegian bookkeeper writes them, in the language of the page."""

from decimal import Decimal

from babel.numbers import format_currency, format_decimal
from django.utils import translation

LOCALES = {"nb": "nb", "nn": "nn", "en": "en_NO"}
"""`en_NO`, because `en_GB` writes NOK1,234.50 where a Norwegian bookkeeper expects 1 234,50 kr."""


def nok(amount_ore: int) -> str:
    return format_currency(Decimal(amount_ore) / 100, "NOK", locale=_locale())


def number(value: int) -> str:
    return format_decimal(value, locale=_locale())


def _locale() -> str:
    return LOCALES.get(translation.get_language() or "", "nb")
