"""Voucher → purchase invoice or journal, and which dimensions each of their parts shall have. Pure."""

from collections.abc import Mapping
from typing import Any

from sluse.connectors.business_central.config import Settings
from sluse.connectors.business_central.documents import code
from sluse.vouchers.voucher import Voucher, VoucherLine

DESCRIPTION_CHARACTERS_MAX = 100
LINE_STEP = 10_000
"""Business Central's own distance between lines, so that a person can put one in between."""
FIRST_JOURNAL_LINE = 2 * LINE_STEP
"""A journal that was posted keeps an empty line 10000."""
JOURNAL_CODE_CHARACTERS = 10
ACCOUNT, VENDOR = "G_x002F_L_x0020_Account", "Vendor"

Dimensions = Mapping[str, str]


def new_invoice(*, voucher: Voucher, settings: Settings, nested: bool, shared: bool) -> dict[str, Any]:
    """The body of a deep insert. What a person is owed includes its VAT, so the prices do. The vendor's
    posting group decides the account that is credited.

    `nested`: with its dimensions. `shared`: what all lines have stands on the header, which they inherit from.
    """
    on_header = shared_dimensions(voucher) if nested else {}
    left_out = on_header if shared else {}
    header: dict[str, Any] = {
        "vendorNumber": vendor_number(voucher, settings),
        "vendorInvoiceNumber": voucher.reference,
        "invoiceDate": voucher.document_date.isoformat(),
        "postingDate": voucher.posting_date.isoformat(),
        "currencyCode": voucher.currency,
        "pricesIncludeTax": True,
    }
    if on_header:
        header["dimensionSetLines"] = _set_lines(on_header)
    numbered = invoice_lines(voucher)
    header["purchaseInvoiceLines"] = [
        _invoice_line(line, number, voucher, settings)
        | (_nested(_without(dimensions_of(line), left_out)) if nested else {})
        for number, line in numbered.items()
    ]
    return header


def new_journal(*, voucher: Voucher, settings: Settings, nested: bool) -> dict[str, Any]:
    """The body of a deep insert: one journal for each voucher, so that nothing else is posted with it."""
    wanted = journal_dimensions(voucher)
    body: dict[str, Any] = {
        "code": journal_code(voucher.reference),
        "displayName": f"Sluse {voucher.reference}",
    }
    if settings.journal_template:
        body["templateDisplayName"] = settings.journal_template
    body["journalLines"] = [
        _journal_line(line, number, voucher, settings) | (_nested(wanted[number]) if nested else {})
        for number, line in journal_lines(voucher).items()
    ]
    return body


def journal_code(reference: str) -> str:
    """The same for every try, and as long as a code may be."""
    return f"S{reference[1:JOURNAL_CODE_CHARACTERS]}"


def vendor_number(voucher: Voucher, settings: Settings) -> str:
    return settings.vendor or code(voucher.claimant_number)


def invoice_lines(voucher: Voucher) -> dict[int, VoucherLine]:
    """By the number each has there."""
    return {position * LINE_STEP: line for position, line in enumerate(voucher.debits, start=1)}


def journal_lines(voucher: Voucher) -> dict[int, VoucherLine]:
    return {FIRST_JOURNAL_LINE + position * LINE_STEP: line for position, line in enumerate(voucher.lines)}


def invoice_dimensions(voucher: Voucher) -> dict[int, Dimensions]:
    return {number: dimensions_of(line) for number, line in invoice_lines(voucher).items()}


def journal_dimensions(voucher: Voucher) -> dict[int, Dimensions]:
    """What is owed has the dimensions that all of it was spent on."""
    shared = shared_dimensions(voucher)
    return {
        number: dimensions_of(line) or (shared if line in voucher.owed else {})
        for number, line in journal_lines(voucher).items()
    }


def shared_dimensions(voucher: Voucher) -> Dimensions:
    """What every line that was paid for has, with the same value."""
    lines = [dimensions_of(line) for line in voucher.spent]
    first = lines[0] if lines else {}
    return {name: value for name, value in first.items() if all(line.get(name) == value for line in lines)}


def dimensions_of(line: VoucherLine) -> Dimensions:
    return {code(name): code(value) for name, value in line.dimensions}


def _invoice_line(line: VoucherLine, number: int, voucher: Voucher, settings: Settings) -> dict[str, Any]:
    body: dict[str, Any] = {
        "sequence": number,
        "lineType": "Account",
        "lineObjectNumber": code(line.account),
        "description": line.text[:DESCRIPTION_CHARACTERS_MAX],
        "quantity": 1,
        "unitCost": line.amount,
    }
    if settings.vendor:
        body["description2"] = code(voucher.claimant_number)
    if line.vat_code:
        body["taxCode"] = code(line.vat_code)
    return body


def _journal_line(line: VoucherLine, number: int, voucher: Voucher, settings: Settings) -> dict[str, Any]:
    is_owed = line.account is None
    body: dict[str, Any] = {
        "lineNumber": number,
        "accountType": VENDOR if is_owed else ACCOUNT,
        "accountNumber": vendor_number(voucher, settings) if is_owed else code(line.account),
        "postingDate": voucher.posting_date.isoformat(),
        "documentNumber": voucher.reference,
        "externalDocumentNumber": voucher.reference,
        "amount": line.amount,
        "description": line.text[:DESCRIPTION_CHARACTERS_MAX],
    }
    if line in voucher.owed and (settings.vendor or not is_owed):
        body["comment"] = code(voucher.claimant_number)
    if line.vat_code:
        body["taxCode"] = code(line.vat_code)
    return body


def _nested(dimensions: Dimensions) -> dict[str, Any]:
    return {"dimensionSetLines": _set_lines(dimensions)} if dimensions else {}


def _set_lines(dimensions: Dimensions) -> list[dict[str, str]]:
    return [{"code": name, "valueCode": value} for name, value in dimensions.items()]


def _without(dimensions: Dimensions, left_out: Dimensions) -> Dimensions:
    return {name: value for name, value in dimensions.items() if name not in left_out}
