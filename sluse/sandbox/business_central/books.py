"""What stands in a company's books: invoices, journals, entries, files. All of it is replaced, never changed."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from sluse.sandbox.business_central import seed

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
class JournalLine:
    """`account_type` is one of the API's words. A line without an account and an amount is empty."""

    id: str
    number: int
    account_type: str
    account: str
    posting_date: str
    document: str
    external: str
    amount: Decimal
    description: str
    comment: str
    tax_code: str
    balancing_type: str
    balancing_account: str
    dimensions: Dimensions

    @property
    def is_empty(self) -> bool:
        return not self.account and not self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    id: str
    code: str
    template: str
    display_name: str
    balancing_account: str
    lines: tuple[JournalLine, ...]
    version: int = 1
    modified_at: str = seed.TIME


@dataclass(slots=True, kw_only=True)
class Journals:
    by_id: dict[str, Journal] = field(default_factory=dict)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    """By template and code."""

    def copy(self) -> "Journals":
        return Journals(by_id=dict(self.by_id), ids=dict(self.ids))

    def put(self, journal: Journal) -> None:
        self.by_id[journal.id] = journal
        self.ids[journal.template, journal.code] = journal.id

    def remove(self, journal: Journal) -> None:
        del self.by_id[journal.id]
        del self.ids[journal.template, journal.code]

    def find(self, *, template: str, code: str) -> Journal | None:
        return self.by_id.get(self.ids.get((template, code), ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the general ledger: debit positive, credit negative."""

    id: str
    number: int
    posting_date: str
    document: str
    account: str
    description: str
    amount: Decimal
    dimensions: Dimensions


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
    journals: Journals
    files: dict[str, File]
