"""Voucher → a journal of its own, and back from the rows that Finance shows. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from sluse.connectors.finance.client import other_shape
from sluse.connectors.finance.config import Settings
from sluse.vouchers.voucher import Voucher, VoucherLine, kroner

TEXT_CHARACTERS_MAX = 60
"""What the description of a ledger transaction has always held; longer ones are a matter of the environment."""
ORE_MAX = 10**13
HEADER_FIELDS = "dataAreaId,JournalBatchNumber,Description,IntegrationKey,IsPosted"
LINE_FIELDS = "dataAreaId,JournalBatchNumber,LineNumber,TransDate,Document,Voucher,DebitAmount,CreditAmount"
Row = Mapping[str, Any]


def header(voucher: Voucher, settings: Settings) -> dict[str, Any]:
    """Our reference stands where a program looks for it, and where a person does."""
    return {
        "dataAreaId": settings.legal_entity,
        "JournalName": settings.journal_name,
        "Description": voucher.reference,
        "IntegrationKey": voucher.reference,
    }


def lines(voucher: Voucher, settings: Settings, *, journal: str) -> list[dict[str, Any]]:
    """With explicit numbers: the same line cannot be added twice to one journal."""
    return [
        _line(voucher, line, number, settings, journal) for number, line in enumerate(voucher.lines, start=1)
    ]


def header_path(settings: Settings, *, journal: str) -> str:
    return f"LedgerJournalHeaders({key(settings, journal)})"


def key(settings: Settings, journal: str) -> str:
    return f"dataAreaId={literal(settings.legal_entity)},JournalBatchNumber={literal(journal)}"


def literal(text: str) -> str:
    return "'" + quote(text.replace("'", "''"), safe="'") + "'"


def headers_of(references: Sequence[str], settings: Settings) -> str:
    """Whichever of the two fields Finance has kept."""
    either = [f"{name} eq {literal(one)}" for one in references for name in ("IntegrationKey", "Description")]
    return _question("LedgerJournalHeaders", HEADER_FIELDS, settings, either)


def headers_named(journals: Sequence[str], settings: Settings) -> str:
    return _question("LedgerJournalHeaders", HEADER_FIELDS, settings, _named(journals))


def lines_of(journals: Sequence[str], settings: Settings) -> str:
    return _question("LedgerJournalLines", LINE_FIELDS, settings, _named(journals))


def lines_since(day: str, settings: Settings) -> str:
    return _question("LedgerJournalLines", LINE_FIELDS, settings, [f"TransDate ge {day}T00:00:00Z"])


def text_of(row: Row, name: str) -> str:
    value = row.get(name, "")
    if not isinstance(value, str):
        raise other_shape()
    return value


def ore_of(row: Row, name: str) -> int:
    """Whole øre, or not an amount we understand."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise other_shape()
    amount = Decimal(value) * 100
    if not amount.is_finite() or abs(amount) >= ORE_MAX or amount != amount.to_integral_value():
        raise other_shape()
    return int(amount)


def unknown_dimensions(voucher: Voucher, settings: Settings) -> list[str]:
    known = {name.lower() for name in settings.dimensions}
    codes = {code for line in voucher.lines for code, _value in line.dimensions}
    return sorted(code for code in codes if code.strip().lower() not in known)


def account_display(account: str, dimensions: Sequence[tuple[str, str]], settings: Settings) -> str:
    """The segments of the ledger dimension format in their order; one without a value stays empty."""
    values = {code.strip().lower(): value.strip() for code, value in dimensions}
    segments = [account.strip(), *(values.get(name.lower(), "") for name in settings.dimensions)]
    return "-".join(escaped(segment) for segment in segments)


def escaped(segment: str) -> str:
    return segment.replace("-", "\\-")


def _named(journals: Sequence[str]) -> list[str]:
    return [f"JournalBatchNumber eq {literal(one)}" for one in journals]


def _question(entity_set: str, names: str, settings: Settings, either: Sequence[str]) -> str:
    condition = f"dataAreaId eq {literal(settings.legal_entity)} and ({' or '.join(either)})"
    return f"{entity_set}?$filter={condition.replace(' ', '%20')}&$select={names}"


def _line(
    voucher: Voucher, line: VoucherLine, number: int, settings: Settings, journal: str
) -> dict[str, Any]:
    is_debit = line.amount_ore > 0
    row: dict[str, Any] = {
        "dataAreaId": settings.legal_entity,
        "JournalBatchNumber": journal,
        "LineNumber": number,
        "Voucher": voucher.reference,
        "TransDate": f"{voucher.posting_date.isoformat()}T00:00:00Z",
        "DocumentDate": f"{voucher.document_date.isoformat()}T00:00:00Z",
        "Document": voucher.reference,
        "CurrencyCode": voucher.currency,
        "DebitAmount": kroner(line.amount_ore) if is_debit else Decimal("0.00"),
        "CreditAmount": Decimal("0.00") if is_debit else kroner(-line.amount_ore),
        "Text": line.text[:TEXT_CHARACTERS_MAX],
    }
    if line.account is None:
        claimant = escaped(voucher.claimant_number.strip())
        return row | {"AccountType": "Vend", "AccountDisplayValue": claimant, "Invoice": voucher.reference}
    row |= {
        "AccountType": "Ledger",
        "AccountDisplayValue": account_display(line.account, line.dimensions, settings),
    }
    if line.vat_code:
        row |= {"SalesTaxGroup": settings.sales_tax_group, "ItemSalesTaxGroup": line.vat_code.strip()}
    return row
