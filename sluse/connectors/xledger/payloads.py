"""Voucher → the rows that Xledger imports, and back from the rows it shows. Pure."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from sluse.connectors.xledger.client import other_shape
from sluse.connectors.xledger.config import Settings
from sluse.vouchers.voucher import Voucher, VoucherLine

ROWS_MAX = 500
"""What one mutation takes."""
TEXT_CHARACTERS_MAX = 255
CURRENCY = "NOK"
"""An amount in another currency needs a rate to the entity's own, and nobody has told us one."""
DIMENSIONS = {
    name.lower(): name
    for name in ("project", "glObject1", "glObject2", "glObject3", "glObject4", "glObject5", "xgl")
}
"""The dimensions of a row by the code that a mapping gives them, in whatever case."""
HASHED_FIRST, HASHED = 100_000_000, 900_000_000
READY = {"dbSubId": 1}
"""The row waits for nobody: the posting job may take it."""
ORE_MAX = 10**13


def rows(voucher: Voucher, settings: Settings) -> list[dict[str, Any]]:
    return [_row(voucher, line, position, settings) for position, line in enumerate(voucher.lines, start=1)]


def batches(vouchers: Sequence[Voucher]) -> Iterator[list[Voucher]]:
    """As many as one mutation takes; a voucher is never split over two."""
    batch: list[Voucher] = []
    for voucher in vouchers:
        if batch and sum(len(one.lines) for one in (*batch, voucher)) > ROWS_MAX:
            yield batch
            batch = []
        batch.append(voucher)
    if batch:
        yield batch


def inputs(vouchers: Sequence[Voucher], settings: Settings) -> list[dict[str, Any]]:
    """Each row is known by its own key also in the answer."""
    return [
        {"clientId": row["extIdentifier"], "node": row}
        for voucher in vouchers
        for row in rows(voucher, settings)
    ]


def row_keys(voucher: Voucher) -> list[str]:
    return [row_key(voucher, position) for position, _line in enumerate(voucher.lines, start=1)]


def row_key(voucher: Voucher, position: int) -> str:
    return f"{voucher.reference}-{position}"


def registration_number(voucher: Voucher) -> int:
    """What ties the rows of one voucher together. A voucher that was frozen before there were numbers keeps the nine digits
    that were made of its reference then; no number of today has as many."""
    if voucher.number is not None:
        return voucher.number
    digest = hashlib.sha256(voucher.reference.encode()).digest()
    return HASHED_FIRST + int.from_bytes(digest[:8]) % HASHED


def unknown_dimensions(voucher: Voucher) -> list[str]:
    codes = {code for line in voucher.lines for code, _value in line.dimensions}
    return sorted(code for code in codes if code.strip().lower() not in DIMENSIONS)


def references(vouchers: Sequence[Voucher]) -> dict[str, Any]:
    """The filter of a look-up: by invoice number, which is in the staging and in the ledger alike."""
    return {"OR": [{"invoiceNumber": voucher.reference} for voucher in vouchers]}


def references_and_numbers(vouchers: Sequence[Voucher]) -> dict[str, Any]:
    """In the staging also by number: other rows that bear it would be posted as one voucher with ours."""
    numbers = [registration_number(voucher) for voucher in vouchers]
    return {"OR": [*references(vouchers)["OR"], {"trRegNumber_in": numbers}]}


def ore(value: Any) -> int:
    """Whole øre, or not an amount we understand. Money is text."""
    if not isinstance(value, str):
        raise other_shape()
    try:
        amount = Decimal(value) * 100
    except InvalidOperation as error:
        raise other_shape() from error
    if not amount.is_finite() or abs(amount) >= ORE_MAX or amount != amount.to_integral_value():
        raise other_shape()
    return int(amount)


def text_of(node: Mapping[str, Any], name: str) -> str:
    """A number or text, both ways: ids do not fit into every number."""
    value = node.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise other_shape()
    return str(value)


def _row(voucher: Voucher, line: VoucherLine, position: int, settings: Settings) -> dict[str, Any]:
    amount = f"{line.amount:.2f}"
    row: dict[str, Any] = {
        "owner": {"dbId": settings.owner},
        "transactionSource": {"code": settings.voucher_type},
        "trRegNumber": registration_number(voucher),
        "postedDate": voucher.posting_date.isoformat(),
        "invoiceDate": voucher.document_date.isoformat(),
        "account": {"code": (line.account or settings.ledger_account).strip()},
        "currency": {"code": voucher.currency},
        "amount": amount,
        "invoiceAmount": amount,
        "text": line.text[:TEXT_CHARACTERS_MAX],
        "invoiceNumber": voucher.reference,
        "extIdentifier": row_key(voucher, position),
        "jobLevel": READY,
    }
    if line.account is None:
        row["subledger"] = {"code": voucher.claimant_number.strip()}
    if line.vat_code:
        row["taxRule"] = {"code": line.vat_code.strip()}
    for code, value in line.dimensions:
        row[DIMENSIONS[code.strip().lower()]] = {"code": value.strip()}
    return row
