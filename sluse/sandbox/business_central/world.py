"""One tenant's environment: its companies, and what was put into them. Everything is in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sluse.sandbox.business_central import seed
from sluse.sandbox.business_central.books import Books as Books
from sluse.sandbox.business_central.books import Dimensions as Dimensions
from sluse.sandbox.business_central.books import Entry as Entry
from sluse.sandbox.business_central.books import File as File
from sluse.sandbox.business_central.books import Invoice as Invoice
from sluse.sandbox.business_central.books import Invoices as Invoices
from sluse.sandbox.business_central.books import Journal as Journal
from sluse.sandbox.business_central.books import Journals as Journals
from sluse.sandbox.business_central.books import Line as Line
from sluse.sandbox.business_central.switches import Switches

EMPTY_DATE = "0001-01-01"


@dataclass(slots=True, kw_only=True)
class Company:
    id: str
    name: str
    display_name: str
    invoices: Invoices = field(default_factory=Invoices)
    journals: Journals = field(default_factory=Journals)
    files: dict[str, File] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    entries_by_document: dict[str, list[Entry]] = field(default_factory=dict)
    """Posted entries are never rolled back: posting commits."""
    default_dimensions: dict[str, dict[str, str]] = field(default_factory=dict)
    """The number of a vendor or an account → the dimension values that its lines begin with."""
    posting_number_series: bool = False
    """Journals number their documents anew when they are posted."""
    posts_journals_later: bool = False
    """Posting is only put in a queue, and answered as if it were done."""
    allow_posting_from: str = EMPTY_DATE
    allow_posting_to: str = EMPTY_DATE
    blocked_accounts: set[str] = field(default_factory=set)
    mandatory_dimensions: dict[str, str] = field(default_factory=dict)
    """The number of an account → the code of the dimension that its lines must have when they are posted."""
    may_write: bool = True
    rounds_invoices: bool = False
    """To whole kroner, as a company that once took cash may still be set up to do."""
    drafts_made: int = 0
    invoices_posted: int = 0

    def copy_of_books(self) -> Books:
        return Books(invoices=self.invoices.copy(), journals=self.journals.copy(), files=dict(self.files))

    def go_back_to(self, books: Books) -> None:
        self.invoices, self.journals, self.files = books.invoices, books.journals, books.files

    def enter(self, entries: list[Entry]) -> None:
        self.entries += entries
        for entry in entries:
            self.entries_by_document.setdefault(entry.document, []).append(entry)

    def files_of(self, parent_id: str) -> list[File]:
        return [file for file in self.files.values() if file.parent_id == parent_id.lower()]

    def rows(self, entity: str) -> tuple[seed.Row, ...]:
        return seed.rows(self.id).get(entity, ())

    def row(self, entity: str, key: str, value: str) -> seed.Row | None:
        return next((row for row in self.rows(entity) if row[key] == value), None)

    def is_open_on(self, day: str) -> bool:
        """An empty date sets no limit."""
        wanted = date.fromisoformat(day)
        first, last = self.allow_posting_from, self.allow_posting_to
        if first != EMPTY_DATE and wanted < date.fromisoformat(first):
            return False
        return last == EMPTY_DATE or wanted <= date.fromisoformat(last)


@dataclass(slots=True, kw_only=True)
class World:
    tenant: str
    environment: str
    switches: Switches
    companies: dict[str, Company]
    application_is_enabled: bool = True
    ids_made: int = 0

    def new_id(self, kind: str) -> str:
        """Deterministic: the same requests in the same order get the same ids."""
        self.ids_made += 1
        return seed.stable_id(self.tenant, self.environment, kind, self.ids_made)


def new_world(*, tenant: str, environment: str, switches: Switches) -> World:
    return World(
        tenant=tenant,
        environment=environment,
        switches=switches,
        companies={
            key: Company(id=key, name=name, display_name=display)
            for key, (name, display) in seed.COMPANIES.items()
        },
    )


@dataclass(slots=True, kw_only=True)
class Worlds:
    """Every tenant is a world of its own, made when it is first named."""

    switches: Switches
    made: dict[tuple[str, str], World] = field(default_factory=dict)

    def get(self, *, tenant: str, environment: str) -> World:
        key = (tenant.lower(), environment)
        if key not in self.made:
            self.made[key] = new_world(tenant=key[0], environment=environment, switches=self.switches)
        return self.made[key]

    def all(self, *, tenant: str = "") -> Iterator[World]:
        return (world for (owner, _name), world in self.made.items() if not tenant or owner == tenant.lower())

    def forget(self, *, tenant: str = "") -> None:
        for key in [key for key in self.made if not tenant or key[0] == tenant.lower()]:
            del self.made[key]

    def invoices(self, *, tenant: str = "") -> Iterator[tuple[World, Company, Invoice]]:
        for world in self.all(tenant=tenant):
            for company in world.companies.values():
                for invoice in company.invoices.by_id.values():
                    yield world, company, invoice


def tax_percent(code: str) -> int:
    return seed.TAX_PERCENT.get(code, 0)


def default_tax_code(account: str) -> str:
    return next((known.tax_code for known in seed.ACCOUNTS if known.number == account), "INGEN")


Body = dict[str, Any]
