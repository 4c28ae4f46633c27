"""Purchase invoices: our reference is the vendor's invoice number, and the id stays the same when one is posted."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from sluse.connectors.base import Rejected, UnavailableError
from sluse.connectors.business_central import outcomes, payloads
from sluse.connectors.business_central.batch import Call, Reply
from sluse.connectors.business_central.classify import Operation, Verdict
from sluse.connectors.business_central.config import Settings
from sluse.connectors.business_central.documents import (
    BROKEN,
    Document,
    Status,
    code,
    literal,
    ore,
    other_form,
    text,
    where,
)
from sluse.connectors.business_central.payloads import Dimensions
from sluse.connectors.business_central.ways import Ways
from sluse.connectors.http import UnclearError
from sluse.vouchers.voucher import Voucher


class InvoiceForm:
    lines = "purchaseInvoiceLines"
    line_number = "sequence"

    def __init__(self, settings: Settings) -> None:
        self.path = f"{settings.company_path}/purchaseInvoices"
        self._settings = settings

    def refusal(self, voucher: Voucher) -> Rejected | None:
        """An invoice owes its vendor everything its lines sum to: one credit, and no line against the others."""
        if voucher.reverses:
            return outcomes.reverse_by_hand(voucher.reverses)
        is_one = len(voucher.credits) == 1 and bool(voucher.debits)
        return None if is_one else outcomes.not_an_invoice()

    def numbers(self, voucher: Voucher) -> set[str]:
        accounts = {code(line.account) for line in voucher.debits}
        return {payloads.vendor_number(voucher, self._settings), *accounts}

    def new(self, voucher: Voucher, *, bare: bool, ways: Ways) -> dict[str, Any]:
        return payloads.new_invoice(
            voucher=voucher,
            settings=self._settings,
            nested=not bare and ways.nests,
            shared=ways.lines_inherit is not False,
        )

    def made(self, reply: Reply | None, voucher: Voucher) -> Document | None:
        return self.reread(reply, voucher)

    def look_up_calls(self, voucher: Voucher) -> Sequence[Call]:
        """By our reference alone: the vendor may have been changed since, in our settings or by a person there."""
        condition = where(f"vendorInvoiceNumber eq {literal(voucher.reference)}")
        return [Call(operation=Operation.READ, method="GET", path=f"{self.path}?{condition}")]

    def look_up(self, voucher: Voucher, rows: Sequence[Sequence[Mapping[str, Any]]]) -> list[Document]:
        found = [read_invoice(row) for row in rows[0]]
        if any(document.reference.upper() != voucher.reference for document in found):
            # A server that passes over a filter would answer with other people's invoices.
            raise UnavailableError(_("Business Central answered a look-up with something else."))
        return found

    def reread_call(self, voucher: Voucher, document_id: str) -> Call:  # noqa: ARG002 — a journal is asked for by voucher
        return Call(operation=Operation.READ, method="GET", path=f"{self.path}({document_id})")

    def reread(self, reply: Reply | None, voucher: Voucher) -> Document | None:  # noqa: ARG002 — as above
        """None when the reply holds no invoice that can be read."""
        if reply is None or reply.verdict is not Verdict.DONE:
            return None
        try:
            return read_invoice(reply.body)
        except UnclearError:
            return None

    def header_dimensions(self, voucher: Voucher) -> Dimensions:
        return payloads.shared_dimensions(voucher)

    def line_dimensions(self, voucher: Voucher) -> dict[int, Dimensions]:
        return payloads.invoice_dimensions(voucher)


def scan_path(*, settings: Settings, since: date) -> str:
    """Only what is read of them, so that a page is small however many there are."""
    names = "id,number,status,vendorInvoiceNumber,currencyCode,totalAmountIncludingTax"
    condition = where(f"postingDate ge {since.isoformat()}")
    return f"{settings.company_path}/purchaseInvoices?{condition}&$select={names}"


def read_invoice(body: Any) -> Document:
    """Raises `UnclearError` for anything that does not have the documented form."""
    try:
        return Document(
            id=text(body["id"]),
            number=text(body["number"]),
            status=Status(body["status"]),
            reference=text(body["vendorInvoiceNumber"]),
            currency=text(body.get("currencyCode") or ""),
            total_ore=ore(body["totalAmountIncludingTax"]),
            etag=text(body.get("@odata.etag") or ""),
        )
    except BROKEN as error:
        raise other_form() from error
