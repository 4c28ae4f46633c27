"""Purchase invoices by their address: the set, one of them, its lines, its dimensions, and the post
action."""

from sluse.sandbox.business_central import attachments, invoices, operation, query, show
from sluse.sandbox.business_central.operation import Operation, Reply, Segments
from sluse.sandbox.business_central.refusal import bad_request
from sluse.sandbox.business_central.world import Company, Invoice, World


def execute(*, world: World, company: Company, asked: Operation, segments: Segments) -> Reply:
    key = segments[0][1]
    if key is None:
        return _invoice_set(world, company, asked)
    invoice = invoices.get(company=company, key=key)
    if len(segments) > 1:
        return _invoice_part(world, company, asked, invoice, segments[1:])
    operation.check_etag(asked, show.invoice_etag(invoice))
    if asked.method == "DELETE":
        invoices.delete(company=company, invoice=invoice)
        return Reply(status=204)
    if asked.method == "PATCH":
        invoice = invoices.change(company=company, invoice=invoice, body=asked.body)
    else:
        asked.must_be("GET")
    wanted = query.parse(text=asked.query, entity="purchaseInvoices")
    return Reply(
        status=200, body=wanted.cut(show.invoice(company=company, invoice=invoice, expand=wanted.expand))
    )


def _invoice_set(world: World, company: Company, asked: Operation) -> Reply:
    wanted = query.parse(text=asked.query, entity="purchaseInvoices")
    if asked.method == "POST":
        made = invoices.create(world=world, company=company, body=asked.body)
        body = show.invoice(company=company, invoice=made, expand=wanted.expand)
        if not world.switches.created_invoices_answer_totals:
            body |= dict.fromkeys(("totalAmountExcludingTax", "totalTaxAmount", "totalAmountIncludingTax"), 0)
        return operation.created(operation=asked, key=made.id, body=body)
    asked.must_be("GET")
    reference = wanted.equal("vendorInvoiceNumber")
    known = company.invoices
    found: list[Invoice] = (
        list(known.by_id.values()) if reference is None else known.with_reference(str(reference))
    )
    shown = [show.invoice(company=company, invoice=item, expand=wanted.expand) for item in found]
    return operation.page(world=world, operation=asked, entity="purchaseInvoices", rows=shown)


def _invoice_part(
    world: World, company: Company, asked: Operation, invoice: Invoice, segments: Segments
) -> Reply:
    (name, key), rest = segments[0], segments[1:]
    if name == "Microsoft.NAV.post" and not rest:
        asked.must_be("POST")
        operation.check_etag(asked, show.invoice_etag(invoice))
        invoices.post(world=world, company=company, invoice=invoice)
        return Reply(status=204)
    if name == "purchaseInvoiceLines" and key is None and not rest:
        return _lines(world, company, asked, invoice)
    if name == "purchaseInvoiceLines" and key is not None and rest and rest[0][0] == "dimensionSetLines":
        line = invoices.get_line(invoice=invoice, key=key)
        return _dimensions(world, company, asked, invoice, line.id, rest[0][1])
    if name == "attachments" and key is None and not rest:
        parent = attachments.Parent(id=invoice.id, type=attachments.INVOICE)
        return attachments.of_parent(world=world, company=company, asked=asked, parent=parent)
    if name == "dimensionSetLines" and not rest:
        return _dimensions(world, company, asked, invoice, None, key)
    raise bad_request(f"Resource not found for the segment '{name}'.", "BadRequest_NotFound")


def _lines(world: World, company: Company, asked: Operation, invoice: Invoice) -> Reply:
    if asked.method == "POST":
        made = invoices.add_line(world=world, company=company, invoice=invoice, body=asked.body)
        return operation.created(
            operation=asked, key=made.id, body=show.line(company=company, invoice=invoice, line=made)
        )
    asked.must_be("GET")
    expand = query.parse(text=asked.query, entity="purchaseInvoiceLines").expand
    shown = [show.line(company=company, invoice=invoice, line=line, expand=expand) for line in invoice.lines]
    return operation.page(world=world, operation=asked, entity="purchaseInvoiceLines", rows=shown)


def _dimensions(
    world: World, company: Company, asked: Operation, invoice: Invoice, line_id: str | None, key: str | None
) -> Reply:
    parent_id = line_id or invoice.id
    if asked.method == "GET":
        holder = invoices.get_line(invoice=invoice, key=line_id) if line_id else invoice
        shown = show.dimensions(company=company, values=holder.dimensions, parent_id=parent_id)
        return operation.page(world=world, operation=asked, entity="dimensionSetLines", rows=shown)
    asked.must_be("POST" if key is None else "PATCH")
    if key is not None and "if-match" not in asked.headers:
        raise bad_request("The request requires an If-Match header.", "BadRequest_InvalidToken")
    code = None if key is None else show.dimension_code(company=company, key=key)
    made = invoices.set_dimension(
        company=company, invoice=invoice, line_id=line_id, body=asked.body, code=code
    )
    body = show.dimensions(company=company, values=(made,), parent_id=parent_id)[0]
    if key is not None:
        return Reply(status=200, body=body)
    return operation.created(operation=asked, key=body["id"], body=body)
