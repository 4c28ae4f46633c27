"""Which of our vouchers are there: batches of filtered reads, never from a replica that may lag behind."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sluse.connectors.base import Found, Stage
from sluse.connectors.business_central.batch import OPERATIONS_MAX
from sluse.connectors.business_central.client import Client
from sluse.connectors.business_central.documents import Document, Status
from sluse.connectors.business_central.forms import Form
from sluse.vouchers.voucher import Voucher


async def documents(*, client: Client, form: Form, vouchers: Sequence[Voucher]) -> dict[str, list[Document]]:
    """Everything there is with the reference of one of these, by reference. Raises when any of them could
    not be told."""
    found: dict[str, list[Document]] = {}
    calls_each = len(form.look_up_calls(vouchers[0])) if vouchers else 1
    size = OPERATIONS_MAX // calls_each
    for start in range(0, len(vouchers), size):
        part = vouchers[start : start + size]
        replies = await client.read_batch([call for voucher in part for call in form.look_up_calls(voucher)])
        rows = [await client.all_pages(reply.body) for reply in replies]
        for position, voucher in enumerate(part):
            own = rows[position * calls_each : (position + 1) * calls_each]
            found[voucher.reference] = form.look_up(voucher, own)
    return found


def as_found(
    *,
    vouchers: Sequence[Voucher],
    there: Mapping[str, Sequence[Document]],
    posts: bool,
    incomplete: Collection[str] = (),
) -> dict[str, Found]:
    """`posts`: a draft is ours to finish; otherwise it has come as far as it shall, unless it is `incomplete`."""
    by_reference = {voucher.reference: voucher for voucher in vouchers}
    return {
        reference: _found(by_reference[reference], found, finishes=posts or reference in incomplete)
        for reference, found in there.items()
        if found
    }


def of_documents(there: Sequence[Document], *, finishes: bool) -> Found:
    """Beside a posted document a draft is no second voucher: Business Central refuses to post it."""
    posted = [document for document in there if document.is_posted]
    furthest = (posted or there)[0]
    return Found(
        stage=_stage(furthest, finishes=finishes),
        receipt=furthest.receipt,
        total_ore=furthest.total_ore,
        copies=len(posted or there),
    )


def _found(voucher: Voucher, there: Sequence[Document], *, finishes: bool) -> Found:
    found = of_documents(there, finishes=finishes)
    furthest = next(document for document in there if document.id == found.receipt.erp_id)
    return replace(found, total_ore=_total_ore(furthest, voucher))


def _stage(document: Document, *, finishes: bool) -> Stage:
    """A draft in review is in other people's hands."""
    if document.is_posted:
        return Stage.POSTED
    return Stage.UNFINISHED if finishes and document.status is Status.DRAFT else Stage.DELIVERED


def _total_ore(document: Document, voucher: Voucher) -> int:
    """In the voucher's currency; a document in another one has nothing of it."""
    same = document.has_content_of(voucher) or document.total_ore != voucher.total_ore
    return document.total_ore if same else 0
