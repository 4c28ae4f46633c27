"""Which account of the accounting system's own chart fits an expense type. Pure; nothing fits is an answer too.

The numbers are where the Norwegian standard chart of accounts (NS 4102) usually has them. A name says more than a number,
for many charts are an organization's own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

NUMBERS: dict[str, tuple[str, ...]] = {
    "mileage": ("7100",),
    "passenger_supplement": ("7100",),
    "toll": ("7140", "7130"),
    "parking": ("7140", "7130"),
    "public_transport": ("7140", "7130"),
    "meals": ("7150", "7160"),
    "lodging": ("7140", "7130"),
}
"""Nothing where custom differs."""
TRAVEL = ("reisekost", "reiseutgift", "reise", "travel")
WORDS: dict[str, tuple[str, ...]] = {
    "mileage": ("kilometergodtgj", "bilgodtgj", "kjøregodtgj", "køyregodtgj", "mileage"),
    "passenger_supplement": ("passasjer", "passenger", "bilgodtgj", "mileage"),
    "toll": ("bompeng", "road toll", *TRAVEL),
    "parking": ("parkering", "parking", *TRAVEL),
    "public_transport": ("kollektiv", "public transport", "billett", "ticket", *TRAVEL),
    "meals": ("diett", "per diem", "måltid", "meal", "kost og losji"),
    "lodging": ("overnatting", "hotell", "hotel", "lodging", "losji", *TRAVEL),
    "honorarium": ("honorar", "tillitsvalgt", "tillitsvald"),
}
"""Parts of names in Bokmål, Nynorsk and English, the most telling first. *Toll* alone is customs in Norwegian."""
COSTS = ("4", "5", "6", "7")
"""How the numbers of costs begin; a name like *Reiseforskudd* is a claim and no cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    account: Account
    reason: str


def of(*, expense_type: str, accounts: Sequence[Account]) -> Suggestion | None:
    costs = sorted((one for one in accounts if one.code.startswith(COSTS)), key=lambda one: one.code)
    usual = NUMBERS.get(expense_type, ())
    for word in WORDS.get(expense_type, ()):
        named = [one for one in costs if word in one.name.casefold()]
        if named:
            return _by_name(_usual_first(named, usual), word, usual)
    for number in usual:
        for one in costs:
            if one.code == number:
                return Suggestion(
                    account=one, reason=_("It has the usual number in the Norwegian standard chart.")
                )
    return None


def in_chart(accounts: Iterable[dict[str, str]]) -> list[Account]:
    """As the last test of the connection stored them."""
    return [Account(code=one["code"], name=one["name"]) for one in accounts]


def _usual_first(named: Sequence[Account], usual: Sequence[str]) -> Account:
    return next((one for number in usual for one in named if one.code == number), named[0])


def _by_name(account: Account, word: str, usual: Sequence[str]) -> Suggestion:
    if account.code in usual:
        return Suggestion(
            account=account, reason=_("Both its name and its number in the Norwegian standard chart fit.")
        )
    return Suggestion(account=account, reason=_("Its name holds “%(word)s”.") % {"word": word})
