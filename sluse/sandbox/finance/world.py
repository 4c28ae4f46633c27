"""One environment: its master data, its journals, and what its batch job makes of them. Everything is in memory."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sluse.sandbox.finance import seed
from sluse.sandbox.finance.seed import Row
from sluse.sandbox.finance.switches import Switches


def amount_of(row: Row, name: str) -> Decimal:
    """As JSON prints it: three hundred and eleven kroner and 28 øre, and not what a binary fraction makes of them."""
    return Decimal(str(row[name]))


@dataclass(slots=True, kw_only=True)
class World:
    """`sets` holds the rows of every entity set as they are shown. Rows are replaced, never changed."""

    environment: str
    switches: Switches
    sets: dict[str, list[Row]] = field(default_factory=seed.rows)
    open_from: str = "2000-01-01"
    blocked_accounts: set[str] = field(default_factory=set)
    journals_made: int = 0
    vouchers_made: int = 0
    job_ran_at: float = field(default_factory=time.monotonic)

    @property
    def headers(self) -> list[Row]:
        return self.sets["LedgerJournalHeaders"]

    def lines_of(self, header: Row) -> list[Row]:
        keys = ("dataAreaId", "JournalBatchNumber")
        wanted = [header[key] for key in keys]
        return [row for row in self.sets["LedgerJournalLines"] if [row[key] for key in keys] == wanted]

    def header(self, *, legal_entity: object, number: object) -> Row | None:
        for row in self.headers:
            if (row["dataAreaId"], row["JournalBatchNumber"]) == (legal_entity, number):
                return row
        return None

    def copy_of_sets(self) -> dict[str, list[Row]]:
        """For a roll-back."""
        return {name: list(rows) for name, rows in self.sets.items()}

    def run_job(self) -> None:
        """*Post journals*: whole journals, each all or nothing; what is not in order stays where it is."""
        self.job_ran_at = time.monotonic()
        for position, header in enumerate(self.headers):
            lines = self.lines_of(header)
            if header["IsPosted"] == "No" and lines and self._is_in_order(lines):
                self.headers[position] = header | {"IsPosted": "Yes", "@odata.etag": 'W/"posted"'}
                if self.switches.renumbers_vouchers:
                    self._renumber(lines)

    def run_job_if_due(self) -> None:
        seconds = self.switches.job_seconds
        if seconds and time.monotonic() - self.job_ran_at >= seconds:
            self.run_job()

    def _is_in_order(self, lines: list[Row]) -> bool:
        balance = sum(
            (amount_of(row, "DebitAmount") - amount_of(row, "CreditAmount") for row in lines), Decimal(0)
        )
        accounts = {row["AccountDisplayValue"].split("-", 1)[0] for row in lines}
        is_open = all(row["TransDate"][:10] >= self.open_from for row in lines)
        return not balance and is_open and not accounts & self.blocked_accounts

    def _renumber(self, lines: list[Row]) -> None:
        self.vouchers_made += 1
        rows = self.sets["LedgerJournalLines"]
        for line in lines:
            rows[rows.index(line)] = line | {"Voucher": f"GNJ{self.vouchers_made:06}"}


@dataclass(slots=True, kw_only=True)
class Worlds:
    """Every environment is a world of its own, made when it is first named."""

    switches: Switches
    made: dict[str, World] = field(default_factory=dict)

    def get(self, *, environment: str) -> World:
        name = environment.lower()
        return self.made.setdefault(name, World(environment=name, switches=self.switches))

    def all(self, *, tenant: str = "") -> Iterator[World]:
        return (world for name, world in list(self.made.items()) if tenant.lower() in {"", name})

    def forget(self, *, tenant: str = "") -> None:
        for name in [name for name in self.made if tenant.lower() in {"", name}]:
            del self.made[name]


def shown(world: World) -> list[dict[str, Any]]:
    """The journals that hold lines, as the control API and the page show them."""
    found = []
    for header in world.headers:
        lines = world.lines_of(header)
        debits = sum((amount_of(line, "DebitAmount") for line in lines), Decimal(0))
        if lines:
            found.append(
                {
                    "tenant": world.environment,
                    "journal": header["JournalBatchNumber"],
                    "reference": lines[0].get("Document", ""),
                    "description": header["Description"],
                    "voucher": lines[0].get("Voucher", ""),
                    "state": "posted" if header["IsPosted"] == "Yes" else "waiting",
                    "total": f"{debits:.2f}",
                    "lines": lines,
                }
            )
    return found
