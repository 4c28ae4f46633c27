"""What Finance holds of ours: journals by our reference, with their lines."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from sluse.connectors.base import Found, Receipt, Stage, UnavailableError
from sluse.connectors.finance import payloads
from sluse.connectors.finance.client import Client
from sluse.connectors.finance.config import Settings
from sluse.connectors.finance.payloads import Row
from sluse.vouchers.reference import is_reference
from sluse.vouchers.voucher import Voucher

ASKED_AT_ONCE = 20
"""The longest address this makes is 2,700 characters."""


async def find(*, client: Client, settings: Settings, vouchers: Sequence[Voucher]) -> dict[str, Found]:
    wanted = {voucher.reference for voucher in vouchers}
    headers: dict[str, list[Row]] = {}
    for some in _parts(sorted(wanted)):
        for row in await client.rows(payloads.headers_of(some, settings)):
            headers.setdefault(_reference(row, wanted), []).append(row)
    journals = [_journal(row) for rows in headers.values() for row in rows]
    lines = await _lines(client, settings, journals)
    return {reference: _found(rows, lines) for reference, rows in headers.items()}


async def scan(*, client: Client, settings: Settings, since: date) -> dict[str, Found]:
    """Raises when not all of them could be read. A journal without lines is no voucher."""
    references: dict[str, set[str]] = {}
    for row in await client.rows(payloads.lines_since(since.isoformat(), settings)):
        reference = payloads.text_of(row, "Document").upper()
        if is_reference(reference):
            references.setdefault(reference, set()).add(_journal(row))
    journals = sorted({journal for some in references.values() for journal in some})
    lines = await _lines(client, settings, journals)
    headers: dict[str, Row] = {}
    for some in _parts(journals):
        for row in await client.rows(payloads.headers_named(some, settings)):
            headers[_journal(row)] = row
    return {
        reference: _found([headers[journal] for journal in sorted(of) if journal in headers], lines)
        for reference, of in references.items()
    }


async def _lines(client: Client, settings: Settings, journals: Sequence[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {journal: [] for journal in journals}
    for some in _parts(sorted(found)):
        for row in await client.rows(payloads.lines_of(some, settings)):
            journal = _journal(row)
            if journal not in found:
                raise _something_else()
            found[journal].append(row)
    return found


def _found(headers: Sequence[Row], lines: Mapping[str, Sequence[Row]]) -> Found:
    """An empty journal is one of ours to finish, or else the trace of a request that came late: it holds nothing."""
    filled = [row for row in headers if lines[_journal(row)]]
    if not filled:
        first = min((_journal(row) for row in headers), default="")
        return Found(stage=Stage.UNFINISHED, receipt=Receipt(erp_id=first), total_ore=0)
    header = min(filled, key=_journal)
    journal, rows = _journal(header), lines[_journal(header)]
    is_posted = payloads.text_of(header, "IsPosted") == "Yes"
    return Found(
        stage=Stage.POSTED if is_posted else Stage.DELIVERED,
        receipt=Receipt(erp_id=journal, number=_number(journal, rows) if is_posted else ""),
        total_ore=sum(payloads.ore_of(row, "DebitAmount") for row in rows),
        copies=len(filled),
    )


def _number(journal: str, rows: Sequence[Row]) -> str:
    """The voucher's own number where Finance gave it one; the journal's before that says where to look."""
    voucher = payloads.text_of(rows[0], "Voucher")
    return journal if not voucher or is_reference(voucher) else f"{journal}/{voucher}"


def _reference(row: Row, wanted: set[str]) -> str:
    """A server that passes over a filter would answer with other people's journals."""
    for name in ("IntegrationKey", "Description"):
        reference = payloads.text_of(row, name).upper()
        if reference in wanted:
            return reference
    raise _something_else()


def _journal(row: Row) -> str:
    return payloads.text_of(row, "JournalBatchNumber")


def _parts(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[start : start + ASKED_AT_ONCE] for start in range(0, len(names), ASKED_AT_ONCE)]


def _something_else() -> UnavailableError:
    return UnavailableError(_("Finance answered a look-up with something else."))
