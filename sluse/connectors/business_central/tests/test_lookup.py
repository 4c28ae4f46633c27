"""What a look-up makes of what is there."""

from dataclasses import replace

import pytest

from sluse.connectors.base import Receipt, Stage, UnavailableError
from sluse.connectors.business_central import lookup
from sluse.connectors.business_central.documents import Document, Status
from sluse.connectors.business_central.invoices import InvoiceForm
from sluse.connectors.business_central.tests.harness import SETTINGS, voucher

OURS = voucher(0)
INVOICE = Document(
    id="5d0c",
    number="108201",
    status=Status.OPEN,
    reference=OURS.reference,
    currency="NOK",
    total_ore=OURS.total_ore,
    etag="",
)
DRAFT = replace(INVOICE, id="5d0d", number="107001", status=Status.DRAFT)


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        (Status.DRAFT, Stage.UNFINISHED),
        (Status.IN_REVIEW, Stage.DELIVERED),
        (Status.OPEN, Stage.POSTED),
        (Status.PAID, Stage.POSTED),
        (Status.CANCELED, Stage.POSTED),
        (Status.CORRECTIVE, Stage.POSTED),
    ],
)
def test_the_stage_follows_from_the_status(status: Status, stage: Stage) -> None:
    there = {OURS.reference: [replace(INVOICE, status=status)]}
    found = lookup.as_found(vouchers=[OURS], there=there, posts=True)[OURS.reference]
    assert found.stage is stage
    assert found.receipt == Receipt(erp_id="5d0c", number="108201" if stage is Stage.POSTED else "")


def test_a_draft_has_come_as_far_as_it_shall_where_nothing_is_posted() -> None:
    found = lookup.as_found(vouchers=[OURS], there={OURS.reference: [DRAFT]}, posts=False)
    assert found[OURS.reference].stage is Stage.DELIVERED


@pytest.mark.parametrize(
    ("there", "stage", "copies"),
    [
        ([DRAFT, INVOICE, DRAFT], Stage.POSTED, 1),
        ([INVOICE, INVOICE], Stage.POSTED, 2),
        ([DRAFT, DRAFT], Stage.UNFINISHED, 2),
    ],
)
def test_drafts_beside_a_posted_invoice_are_no_vouchers_of_their_own(
    there: list[Document], stage: Stage, copies: int
) -> None:
    """Business Central refuses to post them, so they can never become a second voucher."""
    found = lookup.as_found(vouchers=[OURS], there={OURS.reference: there}, posts=True)[OURS.reference]
    assert (found.stage, found.copies) == (stage, copies)


def test_an_amount_in_another_currency_is_not_ours() -> None:
    there = {OURS.reference: [replace(INVOICE, currency="EUR")]}
    found = lookup.as_found(vouchers=[OURS], there=there, posts=True)[OURS.reference]
    assert found.total_ore == 0


def test_what_is_not_there_is_not_in_the_answer() -> None:
    assert lookup.as_found(vouchers=[OURS], there={OURS.reference: []}, posts=True) == {}


def test_a_filter_that_was_passed_over_is_noticed() -> None:
    with pytest.raises(UnavailableError):
        InvoiceForm(SETTINGS).look_up(OURS, [[row("R9")]])


def test_an_invoice_of_ours_is_found_whoever_its_vendor_is() -> None:
    [found] = InvoiceForm(SETTINGS).look_up(OURS, [[row(OURS.reference.lower())]])
    assert found.total_ore == 100


def row(reference: str) -> dict[str, object]:
    return {
        "id": "5d0c",
        "number": "108201",
        "status": "Open",
        "vendorInvoiceNumber": reference,
        "totalAmountIncludingTax": 1,
    }
