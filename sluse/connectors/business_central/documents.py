"""What Business Central shows of one voucher of ours, whichever kind of document it became. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from sluse.connectors.base import Receipt
from sluse.connectors.http import UnclearError
from sluse.vouchers.voucher import Voucher

ORE_MAX = 10**13
BROKEN = (KeyError, TypeError, ValueError, AttributeError, InvalidOperation)


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
class Document:
    """An invoice or a journal, staged or posted. An invoice keeps its id when it is posted."""

    id: str
    number: str
    status: Status
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


def read_file(body: Any) -> File:
    """Raises `UnclearError` for anything that does not have the documented form."""
    try:
        size = body.get("byteSize")
        return File(
            id=text(body["id"]),
            parent_id=text(body["parentId"]).lower(),
            name=text(body["fileName"]),
            bytes=size if type(size) is int else 0,
        )
    except BROKEN as error:
        raise other_form() from error


def read_rows(body: Any) -> Sequence[dict[str, Any]]:
    """The rows of one page."""
    rows = body.get("value") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise other_form()
    return rows


def where(condition: str) -> str:
    return f"$filter={quote(condition, safe='')}"


def literal(value: str) -> str:
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


def code(value: str | None) -> str:
    """As Business Central keeps a code: trimmed and in upper case."""
    return (value or "").strip().upper()


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def ore(value: Any) -> int:
    """Whole øre, or not an amount we understand."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError(value)
    amount = Decimal(value) * 100
    if not abs(amount) < ORE_MAX or amount != amount.to_integral_value():
        raise ValueError(value)
    return int(amount)


def other_form() -> UnclearError:
    return UnclearError(_("Business Central's answer does not have the form it should have."))
