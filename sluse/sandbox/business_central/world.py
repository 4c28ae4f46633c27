"""One tenant's environment: its companies, and what was put into them. Everything is in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sluse.sandbox.business_central import seed
from sluse.sandbox.business_central.switches import Switches

EMPTY_DATE = "0001-01-01"
ORE = Decimal("0.01")

Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    id: str
    sequence: int
    type: str
    account: str
    description: str
    quantity: Decimal
    unit_cost: Decimal
    tax_code: str
    tax_percent: int
    dimensions: Dimensions

    @property
    def entered(self) -> Decimal:
        return (self.quantity * self.unit_cost).quantize(ORE, ROUND_HALF_UP)

    def tax(self, *, included: bool) -> Decimal:
        share = Decimal(self.tax_percent)
        part = self.entered * share / (100 + share if included else 100)
        return part.quantize(ORE, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """`version` is what the etag is made of."""

    id: str
    draft_number: str
    vendor: str
    vendor_invoice_number: str
    invoice_date: str
    posting_date: str
    due_date: str
    currency: str
    prices_include_tax: bool
    dimensions: Dimensions
    lines: tuple[Line, ...]
    is_rounded: bool = False
    status: str = "Draft"
    number: str = ""
    version: int = 1
    modified_at: str = seed.TIME

    @property
    def tax(self) -> Decimal:
        return sum((line.tax(included=self.prices_include_tax) for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        entered = sum((line.entered for line in self.lines), Decimal(0))
        exact = entered if self.prices_include_tax else entered + self.tax
        return exact.quantize(Decimal(1), ROUND_HALF_UP) if self.is_rounded else exact

    @property
    def is_posted(self) -> bool:
        return self.status not in {"Draft", "In_x0020_Review"}


@dataclass(slots=True, kw_only=True)
class Invoices:
    """Invoices are replaced, never changed, so that a copy for a roll-back costs nothing to keep."""

    by_id: dict[str, Invoice] = field(default_factory=dict)
    ids_by_reference: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def copy(self) -> "Invoices":
        return Invoices(by_id=dict(self.by_id), ids_by_reference=dict(self.ids_by_reference))

    def put(self, invoice: Invoice) -> None:
        earlier = self.by_id.get(invoice.id)
        if earlier is None or earlier.vendor_invoice_number != invoice.vendor_invoice_number:
            if earlier is not None:
                self.remove(earlier)
            ids = self.ids_by_reference.get(invoice.vendor_invoice_number, ())
            self.ids_by_reference[invoice.vendor_invoice_number] = (*ids, invoice.id)
        self.by_id[invoice.id] = invoice

    def remove(self, invoice: Invoice) -> None:
        del self.by_id[invoice.id]
        ids = self.ids_by_reference[invoice.vendor_invoice_number]
        self.ids_by_reference[invoice.vendor_invoice_number] = tuple(i for i in ids if i != invoice.id)

    def with_reference(self, reference: str) -> list[Invoice]:
        return [self.by_id[key] for key in self.ids_by_reference.get(reference, ())]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """`parent_id` is the empty id for a file that hangs on nothing."""

    id: str
    parent_id: str
    parent_type: str
    name: str
    content: bytes = b""
    modified_at: str = seed.TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What a roll-back goes back to."""

    invoices: Invoices
    files: dict[str, File]


@dataclass(slots=True, kw_only=True)
class Company:
    id: str
    name: str
    display_name: str
    invoices: Invoices = field(default_factory=Invoices)
    files: dict[str, File] = field(default_factory=dict)
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
        return Books(invoices=self.invoices.copy(), files=dict(self.files))

    def go_back_to(self, books: Books) -> None:
        self.invoices, self.files = books.invoices, books.files

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
