"""The ten typical reimbursements are what they say they are, before any connector makes a request of them."""

from datetime import date

import pytest

from sluse.connectors.tests import typical

CODES = typical.Codes(cost_centre="AVD", project="PROSJEKT", extra_dimension=("FOND", "F1"), vat_code="1")


@pytest.mark.parametrize("name", typical.TYPICAL)
def test_a_typical_reimbursement_becomes_a_voucher_to_the_ore(name: str) -> None:
    document, voucher = typical.TYPICAL[name].document, typical.voucher(name, codes=CODES)
    assert [line.amount_ore for line in voucher.debits] == [line.amount_ore for line in document.lines]
    assert [line.amount_ore for line in voucher.credits] == [-document.total_ore]


def test_there_are_ten_each_with_a_reference_of_its_own() -> None:
    references = {typical.voucher(name, codes=CODES).reference for name in typical.TYPICAL}
    assert len(references) == len(typical.TYPICAL) == 10


def test_the_taxable_part_of_a_mileage_is_a_line_of_its_own_account() -> None:
    voucher = typical.voucher("mileage_split_in_tax_free_and_taxable_part", codes=CODES)
    assert [(line.account, line.amount_ore) for line in voucher.lines] == [
        ("7100", 14_000),
        ("7130", 7_200),
        (None, -21_200),
    ]


def test_a_night_to_the_new_year_stays_in_its_year() -> None:
    voucher = typical.voucher("approved_in_the_night_to_the_new_year", codes=CODES)
    assert voucher.posting_date == date(2026, 12, 31)
