"""Which of our vouchers are there: the staging first, then the ledger, so that none can slip from one to the other
between the two questions; then what the posting job said of those that are still staged."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from sluse.connectors import notices
from sluse.connectors.base import Found, Receipt, Stage, UnavailableError
from sluse.connectors.notices import Notice
from sluse.connectors.sentences import erp_words
from sluse.connectors.xledger import comparing, payloads, queries, sentences
from sluse.connectors.xledger.client import Client, RefusedQuestionError
from sluse.vouchers.voucher import Voucher

VOUCHERS_PER_QUESTION = 100
MANY_ROWS = 5_000
"""Half of what one question may bring: a request costs money, and a page of these is about a megabyte."""

Node = Mapping[str, Any]


async def find(*, client: Client, owner: str, vouchers: Sequence[Voucher]) -> dict[str, Found]:
    """Raises when any of them could not be told."""
    found: dict[str, Found] = {}
    for start in range(0, len(vouchers), VOUCHERS_PER_QUESTION):
        found |= await _find(client, owner, vouchers[start : start + VOUCHERS_PER_QUESTION])
    return found


async def rows_with_files(
    *, client: Client, owner: str, vouchers: Sequence[Voucher]
) -> tuple[dict[str, list[Node]], dict[str, Receipt]]:
    """By reference: the staged rows in their order, and the receipts of what is in the ledger."""
    rows: dict[str, list[Node]] = {}
    receipts: dict[str, Receipt] = {}
    for start in range(0, len(vouchers), VOUCHERS_PER_QUESTION):
        here = vouchers[start : start + VOUCHERS_PER_QUESTION]
        names = {voucher.reference for voucher in here}
        condition = {"filter": payloads.references(here)}
        there = await client.nodes(queries.STAGED_FILES, "glImportItems", condition)
        ledger = await client.nodes(queries.LEDGER, "journalEntries", condition)
        for reference, nodes in _sorted(there, names, owner).items():
            rows[reference] = sorted(nodes, key=_position)
        for reference, nodes in _sorted(ledger, names, owner).items():
            receipts[reference] = posted(nodes=nodes, staged=[]).receipt
    return rows, receipts


def posted(*, nodes: Sequence[Node], staged: Sequence[Node]) -> Found:
    """What the ledger holds of one voucher, and what is still shown of its rows in the staging."""
    numbers = sorted({payloads.text_of(node, "transactionNumber") for node in nodes})
    first = [node for node in nodes if payloads.text_of(node, "transactionNumber") == numbers[0]]
    return Found(
        stage=Stage.POSTED,
        receipt=Receipt(erp_id=payloads.text_of(first[0], "dbId"), number=numbers[0]),
        total_ore=_debits_ore(first),
        copies=max(len(numbers), _copies(staged)),
    )


def staged(*, nodes: Sequence[Node], error: str | None = None, conflict: str = "") -> Found:
    copies = _copies(nodes)
    return Found(
        stage=Stage.DELIVERED,
        receipt=Receipt(erp_id=payloads.text_of(nodes[0], "dbId")),
        total_ore=_debits_ore(nodes) // copies,
        copies=copies,
        refusal=None if error is None else sentences.late_refusal(message=error),
        conflict=conflict,
    )


async def _find(client: Client, owner: str, vouchers: Sequence[Voucher]) -> dict[str, Found]:
    by_reference = {voucher.reference: voucher for voucher in vouchers}
    here = await _staged_rows(client, vouchers)
    rows = _sorted([node for node in here if _name(node) in by_reference], by_reference, owner)
    others = _others(here, by_reference, owner)
    condition = {"filter": payloads.references(vouchers)}
    ledger = _sorted(await client.nodes(queries.LEDGER, "journalEntries", condition), by_reference, owner)
    waiting = {name: nodes for name, nodes in rows.items() if name not in ledger}
    errors = await _late_errors(client, waiting) if waiting else {}
    there = {name: posted(nodes=nodes, staged=rows.get(name, [])) for name, nodes in ledger.items()}
    for name, nodes in waiting.items():
        conflict = comparing.difference(nodes=nodes, voucher=by_reference[name])
        there[name] = staged(nodes=nodes, error=errors.get(name), conflict=conflict)
    for name, nodes in others.items():
        if name not in ledger:
            there[name] = staged(nodes=nodes, conflict=comparing.number_taken(voucher=by_reference[name]))
    return there


async def _staged_rows(client: Client, vouchers: Sequence[Voucher]) -> Sequence[Node]:
    """By reference, and by number where Xledger can filter by it, which is not documented."""
    both = {"filter": payloads.references_and_numbers(vouchers)}
    try:
        return await client.nodes(queries.STAGED, "glImportItems", both)
    except RefusedQuestionError:
        one = {"filter": payloads.references(vouchers)}
        return await client.nodes(queries.STAGED, "glImportItems", one)


def _sorted(nodes: Sequence[Node], names: Container[str], owner: str) -> dict[str, list[Node]]:
    """A server that passes over a filter would answer with other people's vouchers."""
    found: dict[str, list[Node]] = {}
    for node in nodes:
        reference = _name(node)
        if reference not in names:
            raise _something_else()
        if payloads.text_of(node, "ownerDbId") in {owner, ""}:
            found.setdefault(reference, []).append(node)
    return found


def _others(nodes: Sequence[Node], by_reference: Mapping[str, Voucher], owner: str) -> dict[str, list[Node]]:
    """Rows of somebody else that bear the number of one of ours, by the reference of ours."""
    by_number = {str(payloads.registration_number(one)): name for name, one in by_reference.items()}
    found: dict[str, list[Node]] = {}
    for node in nodes:
        if _name(node) in by_reference:
            continue
        ours = by_number.get(payloads.text_of(node, "trRegNumber"))
        if ours is None:
            raise _something_else()
        if payloads.text_of(node, "ownerDbId") in {owner, ""}:
            found.setdefault(ours, []).append(node)
    return found


async def _late_errors(client: Client, waiting: Mapping[str, Sequence[Node]]) -> dict[str, str]:
    """By reference. All errors are read, because what ties one to its row is not documented: one of its two ids, or only
    what it says. What nothing ties to anything is noted."""
    by_id = {payloads.text_of(node, "dbId"): name for name, nodes in waiting.items() for node in nodes}
    found: dict[str, str] = {}
    for node in await client.nodes(queries.LATE_ERRORS, "glImportItemErrors", {}, page_rows=MANY_ROWS):
        names = [payloads.text_of(node, name) for name in ("transactionDbId", "dbId")]
        message = payloads.text_of(node, "message")
        ours = next((by_id[name] for name in names if name in by_id), None)
        ours = ours or next((name for name in waiting if name in message), None)
        if ours is not None:
            found.setdefault(ours, message)
        elif not names[0]:
            notices.note(Notice(key=names[1], words=erp_words(message)))
    return found


def _copies(nodes: Sequence[Node]) -> int:
    """How often the row that is there most often is there."""
    keys = Counter(payloads.text_of(node, "extIdentifier") for node in nodes)
    return max((count for key, count in keys.items() if key), default=1)


def _position(node: Node) -> int:
    """The number of a row in its voucher, which its key ends with."""
    number = payloads.text_of(node, "extIdentifier").rpartition("-")[2]
    return int(number) if number.isascii() and number.isdigit() else 0


def _name(node: Node) -> str:
    return payloads.text_of(node, "invoiceNumber")


def _debits_ore(nodes: Sequence[Node]) -> int:
    amounts = [payloads.ore(node.get("amount")) for node in nodes]
    return sum(amount for amount in amounts if amount > 0)


def _something_else() -> UnavailableError:
    return UnavailableError(_("Xledger answered a look-up with something else."))
