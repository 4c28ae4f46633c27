"""From journal lines to entries of the general ledger, after everything was checked."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from sluse.sandbox.business_central import lines, seed
from sluse.sandbox.business_central.books import ORE, Entry, Journal, JournalLine
from sluse.sandbox.business_central.refusal import bad_request, dialog
from sluse.sandbox.business_central.world import Company, World, tax_percent

PAYABLE_TO = {"Vendor": seed.PAYABLES, "Employee": "2910"}
"""Which account the posting group of such a line leads to."""


def entries(
    *, world: World, company: Company, journal: Journal, filled: Sequence[JournalLine]
) -> list[Entry]:
    _check_balance(filled)
    for line in filled:
        _check(world, company, journal, line)
    numbers = (
        {} if not company.posting_number_series else {line.document: _new_number(company) for line in filled}
    )
    parts = [part for line in filled for part in _parts(line)]
    return [
        Entry(
            id=world.new_id("entry"),
            number=len(company.entries) + position,
            posting_date=line.posting_date,
            document=numbers.get(line.document, line.document),
            account=account,
            description=line.description,
            amount=amount,
            dimensions=line.dimensions,
        )
        for position, (line, account, amount) in enumerate(parts, start=1)
    ]


def _check_balance(filled: Sequence[JournalLine]) -> None:
    """Within each document and day; a line with a balancing account balances itself."""

    def key(line: JournalLine) -> tuple[str, str]:
        return line.document, line.posting_date

    for (document, _day), group in groupby(sorted(filled, key=key), key=key):
        difference = sum((line.amount for line in group if not line.balancing_account), Decimal(0))
        if difference:
            raise dialog(
                f"{document} is out of balance by {difference}. Please check that Posting Date, Document "
                "Type, Document No. and Amount are correct for each line."
            )


def _check(world: World, company: Company, journal: Journal, line: JournalLine) -> None:
    where = f"Journal Template Name='{journal.template}',Journal Batch Name='{journal.code}',Line No.='{line.number}'"
    if not company.is_open_on(line.posting_date):
        raise bad_request(
            f"Posting Date is not within your range of allowed posting dates in Gen. Journal Line {where}.",
            world.switches.closed_period_code,
        )
    if not line.document:
        raise dialog(
            f"Document No. must have a value in Gen. Journal Line: {where}. It cannot be zero or empty."
        )
    if line.account_type == "G_x002F_L_x0020_Account":
        lines.check_account(company=company, number=line.account, table="Gen. Journal Line")
    wanted = company.mandatory_dimensions.get(line.account)
    if wanted and wanted not in dict(line.dimensions):
        kind = "G/L Account" if line.account_type.startswith("G_") else line.account_type
        raise dialog(
            f"Select a Dimension Value Code for the Dimension Code {wanted} for {kind} {line.account}."
        )


def _parts(line: JournalLine) -> list[tuple[JournalLine, str, Decimal]]:
    """VAT is inside the amount, and goes to an account of its own."""
    account = PAYABLE_TO.get(line.account_type, line.account)
    share = Decimal(tax_percent(line.tax_code)) if line.account_type.startswith("G_") else Decimal(0)
    tax = (line.amount * share / (100 + share)).quantize(ORE, ROUND_HALF_UP)
    parts = [(line, account, line.amount - tax)]
    if tax:
        parts.append((line, seed.INPUT_TAX, tax))
    if line.balancing_account:
        parts.append((line, line.balancing_account, -line.amount))
    return parts


def _new_number(company: Company) -> str:
    return f"G{len(company.entries) + 1:05}"
