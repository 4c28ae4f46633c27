"""What an operation's address means. Nothing here waits."""

import re

from sluse.sandbox.business_central import (
    attachments,
    catalogue,
    journal_pages,
    operation,
    purchases,
    show,
)
from sluse.sandbox.business_central.operation import Operation, Reply, Segments
from sluse.sandbox.business_central.refusal import Refusal, bad_request, not_found
from sluse.sandbox.business_central.world import Company, World

SEGMENT = re.compile(r"([\w.$]+)(?:\(([^()/]*)\))?")
ANSWERS = {
    "attachments": attachments.execute,
    "generalLedgerEntries": journal_pages.entries,
    "journals": journal_pages.execute,
    "purchaseInvoices": purchases.execute,
}


def execute(*, world: World, asked: Operation) -> Reply:
    """Never raises a `Refusal`: a refused operation is answered with its error."""
    try:
        return _execute(world, asked)
    except Refusal as refusal:
        return operation.refused(world=world, refusal=refusal)


def _execute(world: World, asked: Operation) -> Reply:
    segments = _segments(asked.path)
    if segments[0][0] != "companies":
        raise not_found(f"No HTTP resource was found that matches '{asked.path}'.")
    if len(segments) == 1:
        return _companies(world, asked, segments[0][1])
    company = _company(world, segments[0][1] or "")
    if asked.changes and not company.may_write:
        message = "The current permissions prevented the action. (TableData 38 Purchase Header Insert)"
        raise Refusal(403, world.switches.missing_permission_code, message)
    answer = ANSWERS.get(segments[1][0], catalogue.execute)
    return answer(world=world, company=company, asked=asked, segments=segments[1:])


def _segments(path: str) -> Segments:
    found: Segments = []
    for part in path.strip("/").split("/"):
        matched = SEGMENT.fullmatch(part)
        if matched is None:
            raise bad_request(f"Resource not found for the segment '{part}'.", "BadRequest_NotFound")
        found.append((matched[1], matched[2]))
    return found


def _companies(world: World, asked: Operation, key: str | None) -> Reply:
    asked.must_be("GET")
    if key is not None:
        return Reply(status=200, body=show.company(_company(world, key)))
    rows = [show.company(one) for one in world.companies.values()]
    return operation.page(world=world, operation=asked, entity="companies", rows=rows)


def _company(world: World, key: str) -> Company:
    company = world.companies.get(key.lower())
    if company is None:
        raise Refusal(404, "Internal_CompanyNotFound", f'The company "{key}" does not exist.')
    return company
