"""Drafts → posted invoices. Each is posted and then read, and only what was read as posted is posted."""

import asyncio
from collections.abc import Sequence

from django.utils.translation import gettext as _

from sluse.connectors.base import Delivered, Outcome, Posted, Receipt, UnauthorizedError, Uncertain
from sluse.connectors.business_central import outcomes, removal
from sluse.connectors.business_central.batch import EACH_ALONE, Call, Reply
from sluse.connectors.business_central.classify import Operation, Verdict
from sluse.connectors.business_central.client import unauthorized
from sluse.connectors.business_central.course import Course
from sluse.connectors.business_central.documents import Document, Status
from sluse.connectors.business_central.removal import Removal
from sluse.vouchers.voucher import Voucher

LOCK_PAUSE_SECONDS = 0.5
"""Locks last as long as somebody else's posting."""

Result = tuple[Voucher, Reply | None, Document | None]
"""What the post action answered, and the document as it was read after it."""


def leave_as_drafts(*, course: Course, vouchers: Sequence[Voucher]) -> None:
    for voucher in vouchers:
        course.settle(voucher, Delivered(receipt=Receipt(erp_id=course.drafts[voucher.reference])))


async def post(*, course: Course, vouchers: Sequence[Voucher]) -> None:
    """At most 50, because each takes two of the hundred operations of a batch."""
    if not vouchers:
        return
    results = await _after_locks(course, await _with_drafts(course, await _post_and_read(course, vouchers)))
    if all(posted and posted.verdict is Verdict.UNAUTHORIZED for _voucher, posted, _document in results):
        raise UnauthorizedError(unauthorized())
    removals: list[Removal] = []
    already: list[Voucher] = []
    for voucher, posted, document in results:
        if posted is None or document is None or document.status is not Status.DRAFT:
            course.settle(voucher, _as_read(voucher, posted, document))
        elif posted.verdict is Verdict.REFUSED:
            removals.append(Removal(voucher=voucher, document=document, outcome=outcomes.refusal(posted)))
        elif posted.verdict is Verdict.LOOK_UP:
            already.append(voucher)
        else:
            course.settle(voucher, _unclear(posted))
    await removal.remove(course=course, removals=[*removals, *await _posted_before(course, already)])


async def _post_and_read(course: Course, vouchers: Sequence[Voucher]) -> list[Result]:
    calls = [call for voucher in vouchers for call in _post_then_read(course, voucher)]
    replies = await course.write(vouchers, calls, EACH_ALONE)
    documents = [
        course.form.reread(reply, voucher) for voucher, reply in zip(vouchers, replies[1::2], strict=True)
    ]
    return list(zip(vouchers, replies[0::2], documents, strict=True))


def _post_then_read(course: Course, voucher: Voucher) -> tuple[Call, Call]:
    document_id = course.drafts[voucher.reference]
    return (
        Call(
            operation=Operation.POST,
            method="POST",
            path=f"{course.path}({document_id})/Microsoft.NAV.post",
        ),
        course.form.reread_call(voucher, document_id),
    )


async def _with_drafts(course: Course, results: Sequence[Result]) -> list[Result]:
    """What was refused and did not show where it is read after posting is looked for where it was before."""
    refused = [
        voucher
        for voucher, posted, document in results
        if document is None
        and posted
        and posted.verdict in {Verdict.LOCKED, Verdict.LOOK_UP, Verdict.REFUSED}
    ]
    found = await course.look_up(refused) if refused else {}
    alone = {reference: there[0] for reference, there in found.items() if len(there) == 1}
    return [
        (voucher, posted, document or alone.get(voucher.reference)) for voucher, posted, document in results
    ]


async def _after_locks(course: Course, results: Sequence[Result]) -> list[Result]:
    """Once more for what met a lock and was read as a draft after that answer: it was not posted."""
    locked = [
        voucher
        for voucher, posted, document in results
        if posted and posted.verdict is Verdict.LOCKED and document and document.status is Status.DRAFT
    ]
    if not locked:
        return list(results)
    await asyncio.sleep(LOCK_PAUSE_SECONDS)
    again = await _with_drafts(course, await _post_and_read(course, locked))
    by_reference = {result[0].reference: result for result in again}
    return [by_reference.get(result[0].reference, result) for result in results]


def _as_read(voucher: Voucher, posted: Reply | None, document: Document | None) -> Outcome:
    """What was read tells more than what the action answered."""
    if document is None:
        return _unclear(posted)
    status = posted.status if posted else None
    read = outcomes.of_document(voucher=voucher, document=document, response_code=status)
    return read or _unclear(posted)


async def _posted_before(course: Course, vouchers: Sequence[Voucher]) -> list[Removal]:
    """The same number is posted already: an earlier request of ours arrived late. That one counts; the
    draft goes."""
    found = await course.look_up(vouchers) if vouchers else {}
    removals = []
    for voucher in vouchers:
        there = found[voucher.reference]
        posted = [document for document in there if document.is_posted and document.has_content_of(voucher)]
        drafts = [document for document in there if document.id == course.drafts[voucher.reference]]
        if len(posted) != 1 or len(there) != len(posted) + len(drafts):
            reason = _(
                "Business Central says that this number is posted already, but holds it with other content."
            )
            course.settle(voucher, Uncertain(reason=reason))
            continue
        outcome = Posted(receipt=posted[0].receipt)
        if drafts:
            removals.append(Removal(voucher=voucher, document=drafts[0], outcome=outcome))
        else:
            course.settle(voucher, outcome)
    return removals


def _unclear(posted: Reply | None) -> Uncertain:
    return Uncertain(
        reason=_("Business Central did not say clearly whether the voucher was posted."),
        response_code=posted.status if posted else None,
    )
