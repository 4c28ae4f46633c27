"""Journals: one for each voucher, under a code that follows from our reference, so that a repeat is refused there.

Posting empties a journal; what it held is then found in the ledger by document number. An empty journal of
ours without anything in the ledger tells that something happened that we do not know: it is never taken for *not there*.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from sluse.connectors.base import Rejected, UnavailableError
from sluse.connectors.business_central import payloads
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
    read_rows,
    text,
    where,
)
from sluse.connectors.business_central.payloads import Dimensions
from sluse.connectors.business_central.ways import Ways
from sluse.connectors.http import UnclearError
from sluse.vouchers.voucher import Voucher

ENTRY_PROPERTIES = "id,entryNumber,documentNumber,debitAmount,creditAmount"
Row = Mapping[str, Any]


class JournalForm:
    lines = "journalLines"
    line_number = "lineNumber"

    def __init__(self, settings: Settings) -> None:
        self.path = f"{settings.company_path}/journals"
        self._ledger = f"{settings.company_path}/generalLedgerEntries"
        self._settings = settings

    def refusal(self, voucher: Voucher) -> Rejected | None:  # noqa: ARG002 — a journal takes whatever balances
        return None

    def numbers(self, voucher: Voucher) -> set[str]:
        return {
            code(line.account) or payloads.vendor_number(voucher, self._settings) for line in voucher.lines
        }

    def new(self, voucher: Voucher, *, bare: bool, ways: Ways) -> dict[str, Any]:
        return payloads.new_journal(voucher=voucher, settings=self._settings, nested=not bare and ways.nests)

    def made(self, reply: Reply | None, voucher: Voucher) -> Document | None:
        """Nothing is computed from the lines of a journal: what was taken is what was sent."""
        if reply is None or reply.verdict is not Verdict.DONE:
            return None
        try:
            body = reply.body
            is_ours = code(text(body["code"])) == payloads.journal_code(voucher.reference)
            return _draft(body, voucher.reference, voucher.total_ore) if is_ours else None
        except BROKEN:
            return None

    def look_up_calls(self, voucher: Voucher) -> Sequence[Call]:
        """The journal first, then the ledger, so that nothing can slip from one to the other between the two."""
        condition = f"code eq {literal(payloads.journal_code(voucher.reference))}"
        if self._settings.journal_template:
            condition += f" and templateDisplayName eq {literal(self._settings.journal_template)}"
        path = f"{self.path}?{where(condition)}&$expand=journalLines"
        return [Call(operation=Operation.READ, method="GET", path=path), self.reread_call(voucher, "")]

    def look_up(self, voucher: Voucher, rows: Sequence[Sequence[Row]]) -> list[Document]:
        staged, entries = rows
        posted = posted_document(voucher.reference, entries)
        if posted is not None:
            return _copies(posted, voucher)
        return [staged_document(row, voucher.reference) for row in staged]

    def reread_call(self, voucher: Voucher, document_id: str) -> Call:  # noqa: ARG002 — what is posted has other ids
        condition = where(f"documentNumber eq {literal(voucher.reference)}")
        path = f"{self._ledger}?{condition}&$select={ENTRY_PROPERTIES}"
        return Call(operation=Operation.READ, method="GET", path=path)

    def reread(self, reply: Reply | None, voucher: Voucher) -> Document | None:
        """None when the ledger does not have it, or could not be read."""
        if reply is None or reply.verdict is not Verdict.DONE or "@odata.nextLink" in (reply.body or {}):
            return None
        try:
            return posted_document(voucher.reference, read_rows(reply.body))
        except (UnclearError, UnavailableError):
            return None

    def header_dimensions(self, voucher: Voucher) -> Dimensions:  # noqa: ARG002 — a journal has none
        return {}

    def line_dimensions(self, voucher: Voucher) -> dict[int, Dimensions]:
        return payloads.journal_dimensions(voucher)


def scan_paths(*, settings: Settings, since: date) -> tuple[str, str]:
    """Of what is staged, all; of what is posted, since that day."""
    condition = where(f"postingDate ge {since.isoformat()}")
    staged = f"{settings.company_path}/journals?"
    if settings.journal_template:
        staged += f"{where(f'templateDisplayName eq {literal(settings.journal_template)}')}&"
    ledger = f"{settings.company_path}/generalLedgerEntries?{condition}&$select={ENTRY_PROPERTIES}"
    return f"{staged}$expand=journalLines", ledger


def posted_document(reference: str, entries: Sequence[Row]) -> Document | None:
    """What the ledger holds under one document number."""
    if not entries:
        return None
    try:
        if any(code(text(entry["documentNumber"])) != reference for entry in entries):
            raise UnavailableError(_("Business Central answered a look-up with something else."))
        first = min(entries, key=lambda entry: int(entry["entryNumber"]))
        return Document(
            id=text(first["id"]),
            number=reference,
            status=Status.OPEN,
            reference=reference,
            currency="",
            total_ore=sum(ore(entry["debitAmount"]) for entry in entries),
            etag="",
        )
    except BROKEN as error:
        raise other_form() from error


def lines_of(journal: Row, reference: str) -> list[Row]:
    return [line for line in _filled(journal) if code(str(line.get("documentNumber", ""))) == reference]


def line_references(journal: Row, *, since: date = date.min) -> set[str]:
    """The document numbers of the lines that hold something."""
    return {
        code(text(line.get("documentNumber") or ""))
        for line in _filled(journal)
        if date.fromisoformat(text(line["postingDate"])) >= since
    }


def staged_document(journal: Row, reference: str) -> Document:
    """A journal under our code that does not hold our lines was emptied, or is somebody else's: not a draft of ours."""
    try:
        lines = _filled(journal)
        amounts = [ore(line["amount"]) for line in lines]
        if lines and line_references(journal) == {reference}:
            return _draft(journal, reference, sum(amount for amount in amounts if amount > 0))
        return Document(
            id=text(journal["id"]),
            number="",
            status=Status.OPEN,
            reference=reference,
            currency="",
            total_ore=0,
            etag="",
        )
    except BROKEN as error:
        raise other_form() from error


def _filled(journal: Row) -> Sequence[Row]:
    rows = read_rows({"value": journal.get("journalLines")})
    return [row for row in rows if row.get("accountNumber") or row.get("amount")]


def _draft(journal: Row, reference: str, total_ore: int) -> Document:
    return Document(
        id=text(journal["id"]),
        number="",
        status=Status.DRAFT,
        reference=reference,
        currency="",
        total_ore=total_ore,
        etag=text(journal.get("@odata.etag") or ""),
    )


def _copies(posted: Document, voucher: Voucher) -> list[Document]:
    """Twice the amount under one number is the voucher twice."""
    count, rest = divmod(posted.total_ore, voucher.total_ore)
    if rest or count <= 1:
        return [posted]
    return [replace(posted, total_ore=voucher.total_ore)] * count
