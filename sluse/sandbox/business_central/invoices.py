"""Purchase invoices: draft, change, delete, post. Each function returns the new invoice or refuses as a
whole."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sluse.sandbox.business_central import lines, schema, seed
from sluse.sandbox.business_central.refusal import Refusal, bad_request, dialog, not_found
from sluse.sandbox.business_central.validate import validate
from sluse.sandbox.business_central.world import Company, Invoice, Line, World

FIRST_DRAFT_NUMBER, FIRST_INVOICE_NUMBER = 107_001, 108_201
PAYMENT_DAYS = 14


def create(*, world: World, company: Company, body: Any) -> Invoice:
    clean = validate(entity="purchaseInvoices", body=body, nested=schema.NESTED["purchaseInvoices"])
    _check_nesting(world, clean)
    vendor = _vendor(company, clean)
    reference = clean.get("vendorInvoiceNumber", "")
    if world.switches.duplicate_number_refused_at_create:
        _refuse_duplicate(company, vendor["number"], reference, "")
    company.drafts_made += 1
    today = datetime.now(tz=UTC).date().isoformat()
    invoice_date = clean.get("invoiceDate", today)
    dimensions = lines.with_dimensions(
        company=company,
        present=lines.defaults(company=company, number=vendor["number"]),
        bodies=clean.get("dimensionSetLines", ()),
    )
    invoice = Invoice(
        id=world.new_id("invoice"),
        draft_number=str(FIRST_DRAFT_NUMBER + company.drafts_made - 1),
        vendor=vendor["number"],
        vendor_invoice_number=reference,
        invoice_date=invoice_date,
        posting_date=clean.get("postingDate", today),
        due_date=clean.get("dueDate", _due(invoice_date)),
        currency=_currency(company, clean.get("currencyCode") or vendor["currencyCode"]),
        prices_include_tax=clean.get("pricesIncludeTax", False),
        dimensions=dimensions,
        lines=lines.new_lines(
            world=world,
            company=company,
            bodies=clean.get("purchaseInvoiceLines", ()),
            header=dimensions,
        ),
        is_rounded=company.rounds_invoices,
        modified_at=_now(),
    )
    company.invoices.put(invoice)
    return invoice


def get(*, company: Company, key: str) -> Invoice:
    invoice = company.invoices.by_id.get(key.lower())
    if invoice is None:
        raise not_found("The invoice cannot be found.")
    return invoice


def change(*, company: Company, invoice: Invoice, body: Any) -> Invoice:
    """Only the header: there is no deep change."""
    _must_be_draft(invoice)
    clean = validate(entity="purchaseInvoices", body=body)
    names = {
        "vendorInvoiceNumber": "vendor_invoice_number",
        "invoiceDate": "invoice_date",
        "postingDate": "posting_date",
        "dueDate": "due_date",
        "pricesIncludeTax": "prices_include_tax",
    }
    unknown = sorted(set(clean) - set(names))
    if unknown:
        raise bad_request(f"The sandbox does not change '{unknown[0]}' of an invoice.")
    return _put(company, invoice, **{names[name]: value for name, value in clean.items()})


def add_line(*, world: World, company: Company, invoice: Invoice, body: Any) -> Line:
    _must_be_draft(invoice)
    clean = validate(entity="purchaseInvoiceLines", body=body, nested=schema.NESTED["purchaseInvoiceLines"])
    _check_nesting(world, {"purchaseInvoiceLines": [clean]})
    known = {line.id for line in invoice.lines}
    all_lines = lines.new_lines(
        world=world, company=company, bodies=[clean], header=invoice.dimensions, present=invoice.lines
    )
    _put(company, invoice, lines=all_lines)
    return next(line for line in all_lines if line.id not in known)


def set_dimension(
    *, company: Company, invoice: Invoice, line_id: str | None, body: Any, code: str | None
) -> tuple[str, str]:
    """Of one line, or of the header: a new one, or another value of the one with this code."""
    _must_be_draft(invoice)
    if line_id is None:
        dimensions, made = lines.set_dimension(
            company=company, present=invoice.dimensions, body=body, code=code
        )
        _put(company, invoice, dimensions=dimensions)
        return made
    line = get_line(invoice=invoice, key=line_id)
    dimensions, made = lines.set_dimension(company=company, present=line.dimensions, body=body, code=code)
    changed = replace(line, dimensions=dimensions)
    _put(company, invoice, lines=tuple(changed if old is line else old for old in invoice.lines))
    return made


def get_line(*, invoice: Invoice, key: str) -> Line:
    for line in invoice.lines:
        if line.id == key.lower():
            return line
    raise not_found("The invoice line cannot be found.")


def delete(*, company: Company, invoice: Invoice) -> None:
    _must_be_draft(invoice)
    company.invoices.remove(invoice)


def post(*, world: World, company: Company, invoice: Invoice) -> Invoice:
    """Everything is checked before anything is booked."""
    if invoice.is_posted:
        raise dialog("The action can be applied to a draft invoice only.")
    if not any(line.entered for line in invoice.lines):
        raise dialog("There is nothing to post.")
    if not invoice.vendor_invoice_number:
        raise dialog(
            "You need to enter the document number of the document from the vendor in the Vendor Invoice No. "
            "field, so that this document stays linked to the original."
        )
    if not company.is_open_on(invoice.posting_date):
        raise bad_request(
            "Posting Date is not within your range of allowed posting dates in Purchase Header Document "
            f"Type='Invoice',No.='{invoice.draft_number}'.",
            world.switches.closed_period_code,
        )
    _refuse_duplicate(company, invoice.vendor, invoice.vendor_invoice_number, invoice.id)
    for line in invoice.lines:
        _check_line(company, line)
    wanted = company.mandatory_dimensions.get(invoice.vendor)
    if wanted and wanted not in dict(invoice.dimensions):
        raise dialog(
            f"Select a Dimension Value Code for the Dimension Code {wanted} for Vendor {invoice.vendor}."
        )
    company.invoices_posted += 1
    number = str(FIRST_INVOICE_NUMBER + company.invoices_posted - 1)
    return _put(company, invoice, status="Open", number=number)


def _check_nesting(world: World, clean: dict[str, Any]) -> None:
    if world.switches.line_dimensions_inside_deep_insert:
        return
    if any("dimensionSetLines" in line for line in clean.get("purchaseInvoiceLines", ())):
        raise bad_request(
            "The property 'dimensionSetLines' does not exist on type 'Microsoft.NAV.purchaseInvoiceLine'. "
            "Make sure to only use property names that are defined by the type."
        )


def _check_line(company: Company, line: Line) -> None:
    if line.type != "Account":
        return
    lines.check_account(company=company, number=line.account)
    wanted = company.mandatory_dimensions.get(line.account)
    if wanted and wanted not in dict(line.dimensions):
        raise dialog(
            f"Select a Dimension Value Code for the Dimension Code {wanted} for G/L Account {line.account}."
        )


def _refuse_duplicate(company: Company, vendor: str, reference: str, own_id: str) -> None:
    for other in company.invoices.with_reference(reference):
        if other.is_posted and other.vendor == vendor and other.id != own_id:
            raise dialog(f"Purchase Invoice {reference} already exists for this vendor.")


def _vendor(company: Company, clean: dict[str, Any]) -> seed.Row:
    if not (clean.get("vendorNumber") or clean.get("vendorId")):
        raise dialog('A "vendorNumber" or a "vendorID" must be provided.')
    wanted = ("number", clean["vendorNumber"]) if clean.get("vendorNumber") else ("id", clean["vendorId"])
    vendor = company.row("vendors", *wanted)
    if vendor is None:
        raise dialog("The vendor cannot be found.")
    if vendor["blocked"] == "All":
        raise dialog(
            f"You cannot create this type of document when Vendor {vendor['number']} is blocked with type All"
        )
    return vendor


def _currency(company: Company, code: str) -> str:
    if code != seed.LOCAL_CURRENCY and company.row("currencies", "code", code) is None:
        raise dialog('The "currencyCode" does not match to a Currency.')
    return code


def _must_be_draft(invoice: Invoice) -> None:
    if invoice.is_posted:
        raise Refusal(
            400, "Application_DialogException", "The invoice has been posted and can no longer be modified."
        )


def _put(company: Company, invoice: Invoice, **changes: Any) -> Invoice:
    changed = replace(invoice, **changes, version=invoice.version + 1, modified_at=_now())
    company.invoices.put(changed)
    return changed


def _due(invoice_date: str) -> str:
    return (date.fromisoformat(invoice_date) + timedelta(days=PAYMENT_DAYS)).isoformat()


def _now() -> str:
    return datetime.now(tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
