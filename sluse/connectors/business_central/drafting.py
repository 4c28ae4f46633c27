"""Vouchers → drafts: created, and compared with what was approved before anything is posted."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from sluse.connectors.base import UnauthorizedError, Uncertain
from sluse.connectors.business_central import outcomes, payloads, removal
from sluse.connectors.business_central.batch import EACH_ALONE, SNAPSHOT, Call, Reply
from sluse.connectors.business_central.classify import Operation, Verdict
from sluse.connectors.business_central.client import unauthorized
from sluse.connectors.business_central.course import Course
from sluse.connectors.business_central.payloads import Invoice, Status
from sluse.connectors.business_central.removal import Removal
from sluse.connectors.http import UnclearError
from sluse.vouchers.voucher import Voucher


async def draft(*, course: Course, vouchers: Sequence[Voucher]) -> None:
    """All in one snapshot. When it was rolled back because of some, each of the others alone. Afterwards
    every voucher has an outcome or a draft."""
    if not vouchers:
        return
    replies = await course.write(vouchers, [_creation(course, voucher) for voucher in vouchers], SNAPSHOT)
    if not all(reply is not None and reply.verdict is Verdict.DONE for reply in replies):
        vouchers = await _after_roll_back(course, vouchers, replies)
        calls = [_creation(course, voucher) for voucher in vouchers]
        replies = await course.write(vouchers, calls, EACH_ALONE) if calls else []
    await _compare(course, await _take_replies(course, vouchers, replies))


def _creation(course: Course, voucher: Voucher) -> Call:
    body = payloads.new_invoice(voucher)
    return Call(operation=Operation.CREATE, method="POST", path=course.path, body=body)


async def _after_roll_back(
    course: Course, vouchers: Sequence[Voucher], replies: Sequence[Reply | None]
) -> list[Voucher]:
    """Those to be sent again. A success inside a failed snapshot is none: it is looked up like what has no
    answer."""
    verdicts = {reply.verdict for reply in replies if reply is not None}
    if verdicts <= {Verdict.DONE}:
        raise UnclearError(_("Business Central left a part of the request unanswered."))
    if Verdict.UNAUTHORIZED in verdicts and Verdict.DONE not in verdicts:
        raise UnauthorizedError(unauthorized())
    others = []
    for voucher, reply in zip(vouchers, replies, strict=True):
        if reply is None or reply.verdict in {Verdict.DONE, Verdict.LOOK_UP}:
            others.append(voucher)
        else:
            course.settle(voucher, outcomes.of_failure(reply))
    return await _not_there(course, others)


async def _not_there(course: Course, vouchers: Sequence[Voucher]) -> list[Voucher]:
    """The answer is here, so nothing of that request is still under way: what is not found is not there."""
    found = await course.look_up(vouchers)
    there = [voucher for voucher in vouchers if found[voucher.reference]]
    missing = [voucher for voucher in vouchers if not found[voucher.reference]]
    course.clear(missing)
    await _compare(course, [v for v in there if not _take(course, v, found[v.reference])])
    return missing


async def _take_replies(
    course: Course, vouchers: Sequence[Voucher], replies: Sequence[Reply | None]
) -> list[Voucher]:
    """Those that a look-up must tell more of."""
    doubtful = []
    for voucher, reply in zip(vouchers, replies, strict=True):
        invoice = outcomes.invoice_in(reply)
        is_already = reply is not None and reply.verdict in {Verdict.LOOK_UP, Verdict.DONE}
        if invoice is not None and _take(course, voucher, [invoice]):
            continue
        if is_already:
            doubtful.append(voucher)
        else:
            course.settle(voucher, outcomes.of_failure(reply))
    return doubtful


def _take(course: Course, voucher: Voucher, there: Sequence[Invoice]) -> bool:
    """One that is there with the right content is an outcome, or a draft of ours."""
    if len(there) != 1 or not there[0].has_content_of(voucher):
        return False
    outcome = outcomes.of_invoice(voucher=voucher, invoice=there[0])
    if outcome is None:
        course.drafts[voucher.reference] = there[0].id
    else:
        course.settle(voucher, outcome)
    return True


async def _compare(course: Course, vouchers: Sequence[Voucher]) -> None:
    """The answer to a deep insert may show the totals from before its lines: a draft is judged as it is
    read."""
    if not vouchers:
        return
    found = await course.look_up(vouchers)
    removals = []
    for voucher in vouchers:
        there = found[voucher.reference]
        if _take(course, voucher, there):
            continue
        if len(there) == 1 and there[0].status is Status.DRAFT:
            removals.append(Removal(voucher=voucher, invoice=there[0], outcome=outcomes.total_differs()))
        else:
            course.settle(voucher, Uncertain(reason=_other_content()))
    await removal.remove(course=course, removals=removals)


def _other_content() -> str:
    return _("Business Central does not hold this reference once, with the content that was approved.")
