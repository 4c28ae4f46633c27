"""Accounts are suggested from the accounting system's own chart, by name before number, and never one that is not there."""

import pytest
from django.utils import translation

from sluse.vouchers import suggesting
from sluse.vouchers.suggesting import Account


def chart(**names: str) -> list[Account]:
    return [Account(code=code.lstrip("_"), name=name) for code, name in names.items()]


NORWEGIAN = chart(
    _1570="Reiseforskudd",
    _4360="Toll og spedisjon",
    _5330="Honorar tillitsvalgte",
    _7100="Bilgodtgjørelse, oppgavepliktig",
    _7140="Reisekostnad, ikke oppgavepliktig",
    _7150="Diettkostnad, oppgavepliktig",
)


@pytest.mark.parametrize(
    ("expense_type", "code"),
    [
        ("mileage", "7100"),
        ("toll", "7140"),
        ("parking", "7140"),
        ("meals", "7150"),
        ("honorarium", "5330"),
        ("other", None),
        ("banner", None),
    ],
)
def test_the_standard_chart(expense_type: str, code: str | None) -> None:
    found = suggesting.of(expense_type=expense_type, accounts=NORWEGIAN)
    assert (found.account.code if found else None) == code


def test_an_organizations_own_name_goes_before_a_usual_number() -> None:
    own = chart(_6810="Bompenger", _7140="Husleie")
    found = suggesting.of(expense_type="toll", accounts=own)
    assert found
    assert (found.account.code, "bompeng" in found.reason) == ("6810", True)


def test_the_usual_number_goes_before_another_of_the_same_name() -> None:
    both = chart(_7130="Reisekostnad, oppgavepliktig", _7140="Reisekostnad")
    found = suggesting.of(expense_type="lodging", accounts=both)
    assert found
    assert found.account.code == "7140"


def test_a_number_alone_is_a_weaker_reason_and_said_as_such() -> None:
    with translation.override("en"):
        found = suggesting.of(expense_type="mileage", accounts=chart(_7100="Konto 7100"))
    assert found
    assert "number" in found.reason


def test_nothing_is_suggested_that_the_chart_does_not_hold() -> None:
    assert suggesting.of(expense_type="mileage", accounts=[]) is None
    assert suggesting.of(expense_type="mileage", accounts=chart(_1570="Bilgodtgjørelse, forskudd")) is None
