"""What Business Central shows of an invoice, read exactly or not at all."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluse.connectors import decimal_json
from sluse.connectors.business_central import invoices
from sluse.connectors.business_central.tests.harness import voucher
from sluse.connectors.http import UnclearError

INVOICE = {
    "@odata.etag": 'W/"1"',
    "id": "5d0c",
    "number": "108201",
    "status": "Open",
    "vendorInvoiceNumber": "R2222222222222222",
    "currencyCode": "NOK",
    "totalAmountIncludingTax": Decimal("211.00"),
}


@given(st.integers(min_value=1, max_value=10**12))
def test_an_amount_comes_back_as_it_went(amount_ore: int) -> None:
    amount = decimal_json.loads(decimal_json.dumps(Decimal(amount_ore).scaleb(-2)))
    read = invoices.read_invoice(INVOICE | {"totalAmountIncludingTax": amount})
    assert read.total_ore == amount_ore


@pytest.mark.parametrize(
    "change",
    [
        {"totalAmountIncludingTax": Decimal("1.005")},
        {"totalAmountIncludingTax": Decimal("1E+400")},
        {"totalAmountIncludingTax": "211.00"},
        {"totalAmountIncludingTax": True},
        {"totalAmountIncludingTax": None},
        {"status": "Something_x0020_New"},
        {"id": 7},
        {"vendorInvoiceNumber": None},
    ],
    ids=str,
)
def test_an_invoice_in_another_form_is_no_invoice(change: dict[str, Any]) -> None:
    with pytest.raises(UnclearError):
        invoices.read_invoice(INVOICE | change)


def test_an_invoice_without_a_property_is_no_invoice() -> None:
    for name in set(INVOICE) - {"@odata.etag", "currencyCode"}:
        with pytest.raises(UnclearError):
            invoices.read_invoice({key: value for key, value in INVOICE.items() if key != name})


@pytest.mark.parametrize(("currency", "same"), [("NOK", True), ("", True), ("EUR", False)])
def test_the_content_is_the_amount_in_its_currency(currency: str, same: bool) -> None:  # noqa: FBT001
    ours = voucher(0)
    invoice = invoices.read_invoice(INVOICE | {"currencyCode": currency, "totalAmountIncludingTax": 211})
    assert ours.total_ore == 21_100
    assert invoice.has_content_of(ours) is same
