"""The fake accounting system itself: ledgers in the memory of this process, one for each company."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sluse.connectors.base import Attachment, ChartEntry, Receipt
from sluse.vouchers.voucher import Voucher

TOKEN = "fake-token"  # noqa: S105 — guards nothing: the ledgers are in memory
UNKNOWN_CLAIMANT = "V99999"
NO_COMPANY = "Nobody"
ACCOUNTS = tuple(
    ChartEntry(code=code, name=name)
    for code, name in (
        ("7100", "Bilgodtgjørelse"),
        ("7140", "Reisekostnad"),
        ("2990", "Gjeld til frivillige"),
    )
)
VAT_CODES = (ChartEntry(code="0", name="Ingen"),)
DIMENSIONS = {"AVD": (ChartEntry(code="10", name="Avdeling 10"),)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    reference: str
    total_ore: int
    receipt: Receipt
    posting_date: date


@dataclass(slots=True, kw_only=True)
class Ledger:
    entries: dict[str, Entry] = field(default_factory=dict)
    late: list[Callable[[], object]] = field(default_factory=list)
    """Requests that were cut off, and are executed by `catch_up`."""
    changes: int = 0
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    """The hash of each receipt's file, by the reference of its voucher and its name."""
    takes_files: bool = True

    def take(self, voucher: Voucher) -> Entry | None:
        """The entry that the ledger holds for this reference afterwards; None when the voucher is refused."""
        if voucher.claimant_number == UNKNOWN_CLAIMANT:
            return None
        number = len(self.entries) + 1
        entry = Entry(
            reference=voucher.reference,
            total_ore=voucher.total_ore,
            posting_date=voucher.posting_date,
            receipt=Receipt(erp_id=f"fake-{number}", number=str(number)),
        )
        return self.entries.setdefault(voucher.reference, entry)

    def keep(self, attachment: Attachment) -> bool:
        """Whether the ledger has the file afterwards."""
        if self.takes_files:
            digest = hashlib.sha256(attachment.content).hexdigest()
            self.files[attachment.voucher.reference, attachment.name] = digest
        return self.takes_files

    def catch_up(self) -> None:
        waiting, self.late = self.late, []
        for execute in waiting:
            execute()


_ledgers: dict[str, Ledger] = {}


def ledger(*, company: str) -> Ledger:
    return _ledgers.setdefault(company, Ledger())
