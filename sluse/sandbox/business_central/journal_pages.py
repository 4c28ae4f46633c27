"""Journals and the ledger by their address: the sets, one of them, its lines, their dimensions, the post action."""

from sluse.sandbox.business_central import attachments, journals, operation, query, seed, show, show_journals
from sluse.sandbox.business_central.books import Journal
from sluse.sandbox.business_central.operation import Operation, Reply, Segments
from sluse.sandbox.business_central.refusal import bad_request, not_found
from sluse.sandbox.business_central.world import Company, World


def execute(*, world: World, company: Company, asked: Operation, segments: Segments) -> Reply:
    key = segments[0][1]
    if key is None:
        return _set(world, company, asked)
    journal = journals.get(company=company, key=key)
    if len(segments) > 1:
        return _part(world, company, asked, journal, segments[1:])
    operation.check_etag(asked, show_journals.journal_etag(journal))
    if asked.method == "DELETE":
        journals.delete(company=company, journal=journal)
        return Reply(status=204)
    asked.must_be("GET")
    wanted = query.parse(text=asked.query, entity="journals")
    return Reply(status=200, body=wanted.cut(_shown(world, company, journal, wanted.expand)))


def entries(*, world: World, company: Company, asked: Operation, segments: Segments) -> Reply:
    """The general ledger is only read; but a file can hang on one of its entries."""
    key, rest = segments[0][1], segments[1:]
    if key is not None and rest == [("attachments", None)]:
        parent = attachments.Parent(id=key.lower(), type=attachments.JOURNAL)
        return attachments.of_parent(world=world, company=company, asked=asked, parent=parent)
    asked.must_be("GET")
    wanted = query.parse(text=asked.query, entity="generalLedgerEntries")
    document = wanted.equal("documentNumber")
    found = company.entries if document is None else company.entries_by_document.get(str(document), [])
    rows = [show_journals.entry(company=company, entry=entry) for entry in found]
    if key is None:
        return operation.page(world=world, operation=asked, entity="generalLedgerEntries", rows=rows)
    for row in rows:
        if row["id"] == key.lower():
            return Reply(status=200, body=row)
    raise not_found()


def _set(world: World, company: Company, asked: Operation) -> Reply:
    """Only one template's: the one that the filter names, or the first."""
    wanted = query.parse(text=asked.query, entity="journals")
    if asked.method == "POST":
        made = journals.create(world=world, company=company, body=asked.body)
        body = _shown(world, company, made, wanted.expand)
        return operation.created(operation=asked, key=made.id, body=body)
    asked.must_be("GET")
    template = str(wanted.equal("templateDisplayName") or seed.TEMPLATES[0])
    code = wanted.equal("code")
    only = (
        [company.journals.find(template=template, code=str(code))]
        if code
        else company.journals.by_id.values()
    )
    rows = [
        _shown(world, company, journal, wanted.expand)
        for journal in only
        if journal is not None and journal.template == template
    ]
    return operation.page(world=world, operation=asked, entity="journals", rows=rows)


def _part(world: World, company: Company, asked: Operation, journal: Journal, segments: Segments) -> Reply:
    (name, key), rest = segments[0], segments[1:]
    if name == "Microsoft.NAV.post" and not rest:
        asked.must_be("POST")
        operation.check_etag(asked, show_journals.journal_etag(journal))
        journals.post(world=world, company=company, journal=journal)
        return Reply(status=204)
    if name != "journalLines":
        raise bad_request(f"Resource not found for the segment '{name}'.", "BadRequest_NotFound")
    if key is None:
        return _lines(world, company, asked, journal)
    line = journals.get_line(world=world, journal=journal, key=key)
    if rest and rest[0][0] == "dimensionSetLines":
        return _dimensions(world, company, asked, journal, line.id, rest[0][1])
    if rest == [("attachments", None)]:
        parent = attachments.Parent(id=line.id, type=attachments.JOURNAL)
        return attachments.of_parent(world=world, company=company, asked=asked, parent=parent)
    asked.must_be("GET")
    return Reply(status=200, body=show_journals.line(company=company, journal=journal, line=line))


def _lines(world: World, company: Company, asked: Operation, journal: Journal) -> Reply:
    if asked.method == "POST":
        made = journals.add_line(world=world, company=company, journal=journal, body=asked.body)
        body = show_journals.line(company=company, journal=journal, line=made)
        return operation.created(operation=asked, key=made.id, body=body)
    asked.must_be("GET")
    expand = query.parse(text=asked.query, entity="journalLines").expand
    rows = [
        show_journals.line(company=company, journal=journal, line=line, expand=expand)
        for line in journals.shown_lines(world=world, journal=journal)
    ]
    return operation.page(world=world, operation=asked, entity="journalLines", rows=rows)


def _dimensions(
    world: World, company: Company, asked: Operation, journal: Journal, line_id: str, key: str | None
) -> Reply:
    if asked.method == "GET":
        line = journals.get_line(world=world, journal=journal, key=line_id)
        rows = show.dimensions(company=company, values=line.dimensions, parent_id=line_id)
        return operation.page(world=world, operation=asked, entity="dimensionSetLines", rows=rows)
    if key is not None and "if-match" not in asked.headers:
        raise bad_request("The request requires an If-Match header.", "BadRequest_InvalidToken")
    code = None if key is None else show.dimension_code(company=company, key=key)
    asked.must_be("POST" if key is None else "PATCH")
    made = journals.set_dimension(
        world=world, company=company, journal=journal, line_id=line_id, body=asked.body, code=code
    )
    body = show.dimensions(company=company, values=(made,), parent_id=line_id)[0]
    if key is not None:
        return Reply(status=200, body=body)
    return operation.created(operation=asked, key=body["id"], body=body)


def _shown(world: World, company: Company, journal: Journal, expand: dict[str, object]) -> dict[str, object]:
    body = show_journals.journal(journal=journal)
    if "journalLines" in expand:
        inner = expand["journalLines"]
        body["journalLines"] = [
            show_journals.line(
                company=company, journal=journal, line=line, expand=inner if isinstance(inner, dict) else None
            )
            for line in journals.shown_lines(world=world, journal=journal)
        ]
    return body
