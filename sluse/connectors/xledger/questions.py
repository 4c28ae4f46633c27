"""The questions of the probes: each answers with what it found at Xledger, in a few words. They only read."""

from typing import Any

from sluse.connectors.xledger import queries
from sluse.connectors.xledger.asking import Asker
from sluse.connectors.xledger.classify import read_errors
from sluse.vouchers.reference import is_reference

UNUSED = "SLUSEPROBE"
ROW_FIELDS = {
    *("owner", "transactionSource", "trRegNumber", "postedDate", "invoiceDate", "account", "currency"),
    *(
        "amount",
        "invoiceAmount",
        "text",
        "invoiceNumber",
        "extIdentifier",
        "jobLevel",
        "subledger",
        "taxRule",
    ),
    *("project", "glObject1", "glObject2", "glObject3", "glObject4", "glObject5", "xgl"),
}
"""Everything a row of ours can hold."""
STAGED = """query Staged { glImportItems(first: 500) {
  edges { cursor node { dbId invoiceNumber extIdentifier jobLevelDbId } } pageInfo { hasNextPage } } }"""
LEDGER = """query Ledger { journalEntries(first: 500) {
  edges { cursor node { dbId invoiceNumber extIdentifier } } pageInfo { hasNextPage } } }"""
LATE_ERRORS = """query LateErrors { glImportItemErrors(first: 500) {
  edges { cursor node { dbId transactionDbId } } pageInfo { hasNextPage } } }"""
SUBLEDGERS = """query Subledgers { subledgers(first: 2) {
  edges { cursor node { dbId code } } pageInfo { hasNextPage } } }"""


async def introspection(asker: Asker) -> str:
    return "on" if await asker.fields_of("Query") else "off"


async def entity(asker: Asker) -> str:
    entity = ((await asker.data(queries.VIEWER)).get("viewer") or {}).get("entity") or {}
    found = [name for name in ("dbId", "ownerDbId") if str(entity.get(name, "")) == asker.settings.owner]
    return " and ".join(found) or "another entity"


async def error_status(asker: Asker) -> str:
    return str((await asker.ask("query Unknown { sluseProbe }")).status)


async def wrong_token(asker: Asker) -> str:
    answer = await asker.ask("query Name { __typename }", token=UNUSED)
    errors = read_errors(answer.json()) or []
    known = any("Bad format for API Token" in error.message for error in errors)
    return f"{answer.status} {'API token' if known else 'other words'}"


async def empty(asker: Asker) -> str:
    data = await asker.data(queries.STAGED, {"first": 1, "after": None, "filter": {"invoiceNumber": UNUSED}})
    connection = data.get("glImportItems")
    return "null" if isinstance(connection, dict) and connection.get("edges") is None else "otherwise"


async def row_fields(asker: Asker) -> str:
    return await _there(asker, "AddGLImportItemsInputNode", ROW_FIELDS)


async def staging_filter(asker: Asker) -> str:
    return await _there(asker, "GLImportItem_Filter", {"invoiceNumber", "OR"})


async def ledger_filter(asker: Asker) -> str:
    return await _there(asker, "JournalEntry_Filter", {"invoiceNumber", "OR"})


async def staging_filter_by_number(asker: Asker) -> str:
    condition = {"first": 1, "after": None, "filter": {"trRegNumber_in": [1]}}
    return await _taken(asker, queries.STAGED, condition)


async def ledger_filter_by_date(asker: Asker) -> str:
    condition = {"first": 1, "after": None, "filter": {"postedDate_gte": "2999-01-01"}}
    return await _taken(asker, queries.LEDGER, condition)


async def errors_filter(asker: Asker) -> str:
    return await _there(asker, "GLImportItemError_Filter", {"transactionDbId_in", "dbId_in", "OR"})


async def own_key_filter(asker: Asker) -> str:
    has = {"extIdentifier", "extIdentifier_in"} & await asker.fields_of("GLImportItem_Filter")
    return "yes" if has else "no"


async def removal(asker: Asker) -> str:
    return "yes" if "removeGLImportItems" in await asker.fields_of("Mutation") else "no"


async def file_field(asker: Asker) -> str:
    return "yes" if "invoiceFile" in await asker.fields_of("UpdateGLImportItemsInputNode") else "no"


async def page_size(asker: Asker) -> str:
    data = await asker.data(queries.ACCOUNTS, {"first": 3, "after": None})
    return str(len((data.get("accounts") or {}).get("edges") or []))


async def tax_kind(asker: Asker) -> str:
    data = await asker.data(queries.OBJECT_KINDS, {"first": 500, "after": None})
    edges = (data.get("objectKinds") or {}).get("edges") or []
    return "yes" if any(edge["node"].get("name") == "TAX_RULE" for edge in edges) else "no"


async def subledger_codes(asker: Asker) -> str:
    found = await asker.nodes(SUBLEDGERS, "subledgers")
    return ("yes" if all(node.get("code") for node in found) else "no") if found else ""


async def job_levels(asker: Asker) -> str:
    levels = {str(node.get("jobLevelDbId")) for node in await asker.nodes(STAGED, "glImportItems")}
    known = levels <= {"1", "2", "3"}
    return ("1, 2 or 3" if known else ", ".join(sorted(levels))) if levels else ""


async def posted_rows(asker: Asker) -> str:
    staged = {node.get("invoiceNumber") for node in await asker.nodes(STAGED, "glImportItems")}
    posted = {node.get("invoiceNumber") for node in await _ours_in_the_ledger(asker)}
    return ("stay" if posted <= staged else "vanish") if posted else ""


async def own_key_in_the_ledger(asker: Asker) -> str:
    ours = await _ours_in_the_ledger(asker)
    return ("kept" if all(node.get("extIdentifier") for node in ours) else "not kept") if ours else ""


async def late_errors(asker: Asker) -> str:
    found = await asker.nodes(LATE_ERRORS, "glImportItemErrors")
    if not found:
        return ""
    return "transactionDbId" if all(node.get("transactionDbId") for node in found) else "dbId"


async def _ours_in_the_ledger(asker: Asker) -> list[Any]:
    nodes = await asker.nodes(LEDGER, "journalEntries")
    return [node for node in nodes if is_reference(str(node.get("invoiceNumber")))]


async def _taken(asker: Asker, query: str, condition: dict[str, Any]) -> str:
    body = (await asker.ask(query, condition)).json()
    return "unknown field" if isinstance(body, dict) and body.get("errors") else "taken"


async def _there(asker: Asker, type_name: str, wanted: set[str]) -> str:
    missing = sorted(wanted - await asker.fields_of(type_name))
    return f"not {', '.join(missing)}" if missing else "all"
