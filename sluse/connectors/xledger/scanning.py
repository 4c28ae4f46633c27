"""Every voucher of ours that Xledger holds, whoever still remembers it: the staging first, then the ledger.

Neither can be asked for *ours*, so all rows since a day are read, many to a page, and sorted out here.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.utils import timezone

from sluse.connectors.base import Found
from sluse.connectors.xledger import comparing, lookup, payloads, queries
from sluse.connectors.xledger.client import Client, RefusedQuestionError
from sluse.connectors.xledger.lookup import Node
from sluse.vouchers.reference import is_reference

DATED_AHEAD_MAX = timedelta(days=366)
"""A voucher may be dated so much later than it was sent: where only the time of its arrival can be asked for, that
many days more are read."""


async def scan(*, client: Client, owner: str, since: date) -> dict[str, Found]:
    """By reference, what is dated `since` or later. Raises when not all of it could be read."""
    arrived = {"filter": {"modifiedAt_gte": _arrived_since(since)}}
    rows = await client.nodes(queries.STAGED_SINCE, "glImportItems", arrived, page_rows=lookup.MANY_ROWS)
    staged = _ours(rows, owner, since)
    ledger = _ours(await _ledger(client, since, arrived), owner, since)
    waiting = {reference: nodes for reference, nodes in staged.items() if reference not in ledger}
    return {
        **{name: lookup.posted(nodes=nodes, staged=staged.get(name, [])) for name, nodes in ledger.items()},
        **{
            name: lookup.staged(nodes=nodes, conflict=comparing.imbalance(nodes=nodes))
            for name, nodes in waiting.items()
        },
    }


async def _ledger(client: Client, since: date, arrived: Mapping[str, object]) -> Sequence[Node]:
    """By the day of posting, where Xledger can filter by it; it is documented only that it can by the time of a change."""
    dated = {"filter": {"postedDate_gte": since.isoformat()}}
    try:
        return await client.nodes(queries.LEDGER_SINCE, "journalEntries", dated, page_rows=lookup.MANY_ROWS)
    except RefusedQuestionError:
        return await client.nodes(queries.LEDGER_SINCE, "journalEntries", arrived, page_rows=lookup.MANY_ROWS)


def _arrived_since(since: date) -> str:
    """Never later than today: a day that is still to come says nothing of when its vouchers arrived."""
    day = min(since, timezone.localdate()) - DATED_AHEAD_MAX
    return f"{day.isoformat()}T00:00:00"


def _ours(nodes: Sequence[Node], owner: str, since: date) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in nodes:
        reference = payloads.text_of(node, "invoiceNumber")
        is_dated = payloads.text_of(node, "postedDate")[:10] >= since.isoformat()
        if is_reference(reference) and is_dated and payloads.text_of(node, "ownerDbId") in {owner, ""}:
            found.setdefault(reference, []).append(node)
    return found
