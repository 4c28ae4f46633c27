"""Voucher → purchase invoice, and back from what Business Central shows of one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from sluse.connectors.base import Receipt
from sluse.connectors.http import UnclearError
from sluse.vouchers.voucher import Voucher, VoucherLine

DESCRIPTION_CHARACTERS_MAX = 100
SEQUENCE_STEP = 10_000
"""Business Central's own distance between lines, so that a person can put one in between."""
ORE_MAX = 10**13


class Status(StrEnum):
    DRAFT = "Draft"
    IN_REVIEW = "In_x0020_Review"
    OPEN = "Open"
    PAID = "Paid"
    CANCELED = "Canceled"
    CORRECTIVE = "Corrective"


POSTED = {Status.OPEN, Status.PAID, Status.CANCELED, Status.CORRECTIVE}
"""A canceled invoice was posted, and reversed by a person: it is never sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One purchase invoice as Business Central shows it, draft or posted: the id stays the same."""

    id: str
    number: str
    status: Status
    vendor_number: str
    reference: str
    currency: str
    total_ore: int
    etag: str

    @property
    def is_posted(self) -> bool:
        return self.status in POSTED

    @property
    def receipt(self) -> Receipt:
        return Receipt(erp_id=self.id, number=self.number if self.is_posted else "")

    def has_content_of(self, voucher: Voucher) -> bool:
        """No currency means the company's own, which is what ours was turned into."""
        return self.total_ore == voucher.total_ore and self.currency in {"", voucher.currency}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One attachment, without its content."""

    id: str
    parent_id: str
    name: str
    bytes: int


def is_an_invoice(voucher: Voucher) -> bool:
    """A purchase invoice owes its vendor everything its lines sum to: one credit, and no line against the
    others."""
    return len(voucher.credits) == 1 and bool(voucher.debits)


def new_invoice(voucher: Voucher) -> dict[str, Any]:
    """The body of a deep insert. What a person is owed includes its VAT, so the prices do. The vendor's
    posting group decides the account that is credited."""
    return {
        "vendorNumber": vendor_number(voucher),
        "vendorInvoiceNumber": voucher.reference,
        "invoiceDate": voucher.document_date.isoformat(),
        "postingDate": voucher.posting_date.isoformat(),
        "currencyCode": voucher.currency,
        "pricesIncludeTax": True,
        "purchaseInvoiceLines": [
            _line(line, position) for position, line in enumerate(voucher.debits, start=1)
        ],
    }


def vendor_number(voucher: Voucher) -> str:
    """A code field: Business Central keeps it trimmed and in upper case."""
    return voucher.claimant_number.strip().upper()


def look_up_filter(voucher: Voucher) -> str:
    """By our reference alone: the vendor may have been changed since, in our settings or by a person there."""
    return f"$filter={quote(f'vendorInvoiceNumber eq {_literal(voucher.reference)}', safe='')}"


def scan_query(since: date) -> str:
    """Only what is read of them, so that a page is small however many there are."""
    names = "id,number,status,vendorNumber,vendorInvoiceNumber,currencyCode,totalAmountIncludingTax"
    return f"$filter={quote(f'postingDate ge {since.isoformat()}', safe='')}&$select={names}"


def read_invoice(body: Any) -> Invoice:
    """Raises `UnclearError` for anything that does not have the documented form."""
    try:
        return Invoice(
            id=_text(body["id"]),
            number=_text(body["number"]),
            status=Status(body["status"]),
            vendor_number=_text(body["vendorNumber"]),
            reference=_text(body["vendorInvoiceNumber"]),
            currency=_text(body.get("currencyCode") or ""),
            total_ore=_ore(body["totalAmountIncludingTax"]),
            etag=_text(body.get("@odata.etag") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise UnclearError(_("Business Central's answer does not have the form it should have.")) from error


def read_file(body: Any) -> File:
    """Raises `UnclearError` for anything that does not have the documented form."""
    try:
        size = body.get("byteSize")
        return File(
            id=_text(body["id"]),
            parent_id=_text(body["parentId"]).lower(),
            name=_text(body["fileName"]),
            bytes=size if type(size) is int else 0,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise UnclearError(_("Business Central's answer does not have the form it should have.")) from error


def read_rows(body: Any) -> Sequence[dict[str, Any]]:
    """The rows of one page."""
    rows = body.get("value") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnclearError(_("Business Central's answer does not have the form it should have."))
    return rows


def _line(line: VoucherLine, position: int) -> dict[str, Any]:
    body: dict[str, Any] = {
        "sequence": position * SEQUENCE_STEP,
        "lineType": "Account",
        "lineObjectNumber": (line.account or "").strip().upper(),
        "description": line.text[:DESCRIPTION_CHARACTERS_MAX],
        "quantity": 1,
        "unitCost": line.amount,
    }
    if line.vat_code:
        body["taxCode"] = line.vat_code.strip().upper()
    if line.dimensions:
        body["dimensionSetLines"] = [
            {"code": code.strip().upper(), "valueCode": value.strip().upper()}
            for code, value in line.dimensions
        ]
    return body


def _literal(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _ore(value: Any) -> int:
    """Whole øre, or not an amount we understand."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError(value)
    ore = Decimal(value) * 100
    if not abs(ore) < ORE_MAX or ore != ore.to_integral_value():
        raise ValueError(value)
    return int(ore)
