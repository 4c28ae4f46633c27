"""Which of our vouchers are there: the staging first, then the ledger, so that none can slip from one to the other
between the two questions; then what the posting job said of those that are still staged."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from sluse.connectors.base import Found, Receipt, Stage, UnavailableError
from sluse.connectors.xledger import payloads, queries, sentences
from sluse.connectors.xledger.client import Client
from sluse.vouchers.voucher import Voucher

VOUCHERS_PER_QUESTION = 100

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
        by_reference = {one.reference: one for one in vouchers[start : start + VOUCHERS_PER_QUESTION]}
        condition = {"filter": payloads.references(list(by_reference.values()))}
        there = await client.nodes(queries.STAGED_FILES, "glImportItems", condition)
        ledger = await client.nodes(queries.LEDGER, "journalEntries", condition)
        for reference, nodes in _sorted(there, by_reference, owner).items():
            rows[reference] = sorted(nodes, key=_position)
        for reference, nodes in _sorted(ledger, by_reference, owner).items():
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


def staged(*, nodes: Sequence[Node], lines: int | None = None, error: str | None = None) -> Found:
    """Too few rows are another content, whatever they sum to. Without `lines`, rows that do not balance are too few."""
    copies = _copies(nodes)
    amounts = [payloads.ore(node.get("amount")) for node in nodes]
    is_whole = sum(amounts) == 0 if lines is None else len(nodes) == lines * copies
    return Found(
        stage=Stage.DELIVERED,
        receipt=Receipt(erp_id=payloads.text_of(nodes[0], "dbId")),
        total_ore=_debits_ore(nodes) // copies if is_whole else 0,
        copies=copies,
        refusal=None if error is None else sentences.late_refusal(message=error),
    )


async def _find(client: Client, owner: str, vouchers: Sequence[Voucher]) -> dict[str, Found]:
    condition = {"filter": payloads.references(vouchers)}
    by_reference = {voucher.reference: voucher for voucher in vouchers}
    rows = _sorted(await client.nodes(queries.STAGED, "glImportItems", condition), by_reference, owner)
    ledger = _sorted(await client.nodes(queries.LEDGER, "journalEntries", condition), by_reference, owner)
    waiting = {name: nodes for name, nodes in rows.items() if name not in ledger}
    errors = await _late_errors(client, waiting) if waiting else {}
    there = {name: posted(nodes=nodes, staged=rows.get(name, [])) for name, nodes in ledger.items()}
    for name, nodes in waiting.items():
        lines = len(by_reference[name].lines)
        there[name] = staged(nodes=nodes, lines=lines, error=errors.get(name))
    return there


def _sorted(nodes: Sequence[Node], by_reference: Mapping[str, Voucher], owner: str) -> dict[str, list[Node]]:
    """A server that passes over a filter would answer with other people's vouchers."""
    found: dict[str, list[Node]] = {}
    for node in nodes:
        reference = payloads.text_of(node, "invoiceNumber")
        if reference not in by_reference:
            raise UnavailableError(_("Xledger answered a look-up with something else."))
        if payloads.text_of(node, "ownerDbId") in {owner, ""}:
            found.setdefault(reference, []).append(node)
    return found


async def _late_errors(client: Client, waiting: Mapping[str, Sequence[Node]]) -> dict[str, str]:
    """By reference. Which of the two ids of an error points at the staged row is not documented: both are asked for."""
    by_id = {payloads.text_of(node, "dbId"): name for name, nodes in waiting.items() for node in nodes}
    ids = sorted(by_id)
    condition = {"filter": {"OR": [{"transactionDbId_in": ids}, {"dbId_in": ids}]}}
    found: dict[str, str] = {}
    for node in await client.nodes(queries.LATE_ERRORS, "glImportItemErrors", condition):
        ours = by_id.get(payloads.text_of(node, "transactionDbId")) or by_id.get(
            payloads.text_of(node, "dbId")
        )
        if ours is not None:
            found.setdefault(ours, payloads.text_of(node, "message"))
    return found


def _copies(nodes: Sequence[Node]) -> int:
    """How often the row that is there most often is there."""
    keys = Counter(payloads.text_of(node, "extIdentifier") for node in nodes)
    return max((count for key, count in keys.items() if key), default=1)


def _position(node: Node) -> int:
    """The number of a row in its voucher, which its key ends with."""
    number = payloads.text_of(node, "extIdentifier").rpartition("-")[2]
    return int(number) if number.isascii() and number.isdigit() else 0


def _debits_ore(nodes: Sequence[Node]) -> int:
    amounts = [payloads.ore(node.get("amount")) for node in nodes]
    return sum(amount for amount in amounts if amount > 0)
