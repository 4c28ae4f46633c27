"""Money and numbers as a Norwegian bookkeeper writes them, in the language of the page."""

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency, format_decimal
from django.utils import translation

LOCALES = {"nb": "nb", "nn": "nn", "en": "en_NO"}
"""`en_NO`, because `en_GB` writes NOK1,234.50 where a Norwegian bookkeeper expects 1 234,50 kr."""

NUMBERS_KEPT = 10_000


def nok(amount_ore: int) -> str:
    return _nok(amount_ore, _locale())


def number(value: int) -> str:
    return _number(value, _locale())


# A table writes the same few numbers hundreds of times, and working out how is most of what its rows cost.
@lru_cache(maxsize=NUMBERS_KEPT)
def _nok(amount_ore: int, locale: str) -> str:
    return format_currency(Decimal(amount_ore) / 100, "NOK", locale=locale)


@lru_cache(maxsize=NUMBERS_KEPT)
def _number(value: int, locale: str) -> str:
    return format_decimal(value, locale=locale)


def _locale() -> str:
    return LOCALES.get(translation.get_language() or "", "nb")
