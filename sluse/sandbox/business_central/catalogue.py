"""The sets that are only read here: accounts, dimensions, tax groups, vendors, currencies, the ledger's
set-up."""

from sluse.sandbox.business_central import operation, query, schema, show
from sluse.sandbox.business_central.operation import Operation, Reply, Segments
from sluse.sandbox.business_central.refusal import bad_request, not_found
from sluse.sandbox.business_central.world import Body, Company, World

WITH_PARENT = {
    "purchaseInvoiceLines": "You must specify an Id or a Document Id to get the lines.",
    "journalLines": "You must specify a journal batch ID or a journal ID to get a journal line.",
    "dimensionSetLines": "You must get to the parent first to get to the dimension set line.",
}
"""These sets have no address of their own."""


def execute(*, world: World, company: Company, asked: Operation, segments: Segments) -> Reply:
    name, key = segments[0]
    if name in WITH_PARENT:
        raise bad_request(WITH_PARENT[name], "Application_DialogException")
    if name not in schema.entities() or name == "companies":
        raise bad_request(f"Resource not found for the segment '{name}'.", "BadRequest_NotFound")
    asked.must_be("GET")
    rows = _rows(company, name)
    if key is None:
        return operation.page(world=world, operation=asked, entity=name, rows=rows)
    row = next((row for row in rows if row["id"] == key.lower()), None)
    if row is None:
        raise not_found()
    if len(segments) == 1:
        return Reply(status=200, body=_expanded(company, asked, name, row))
    if (name, segments[1]) != ("dimensions", ("dimensionValues", None)):
        raise bad_request(f"Resource not found for the segment '{segments[1][0]}'.", "BadRequest_NotFound")
    return operation.page(world=world, operation=asked, entity="dimensionValues", rows=_values(company, row))


def _rows(company: Company, name: str) -> list[Body]:
    if name == "generalLedgerSetup":
        return [show.ledger_setup(company)]
    blocked = company.blocked_accounts if name == "accounts" else set()
    return [
        _tagged(row) | ({"blocked": True} if row.get("number") in blocked else {})
        for row in company.rows(name)
    ]


def _expanded(company: Company, asked: Operation, name: str, row: Body) -> Body:
    wanted = query.parse(text=asked.query, entity=name)
    inside = {"dimensionValues": _values(company, row)} if "dimensionValues" in wanted.expand else {}
    return wanted.cut(row | inside)


def _values(company: Company, dimension: Body) -> list[Body]:
    values = company.rows("dimensionValues")
    return [_tagged(value) for value in values if value["dimensionId"] == dimension["id"]]


def _tagged(row: Body) -> Body:
    return {"@odata.etag": show.etag(1, row["id"]), **row}
