"""Vouchers → drafts: created, and compared with what was approved before anything is posted."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from sluse.connectors.base import UnauthorizedError, Uncertain
from sluse.connectors.business_central import outcomes, removal
from sluse.connectors.business_central.batch import EACH_ALONE, SNAPSHOT, Call, Reply
from sluse.connectors.business_central.classify import Operation, Verdict
from sluse.connectors.business_central.client import unauthorized
from sluse.connectors.business_central.course import Course
from sluse.connectors.business_central.documents import Document, Status
from sluse.connectors.business_central.removal import Removal
from sluse.connectors.http import UnclearError
from sluse.vouchers.voucher import Voucher


async def draft(*, course: Course, vouchers: Sequence[Voucher]) -> None:
    """All in one snapshot. When it was rolled back because of some, each of the others alone. Afterwards
    every voucher has an outcome or a draft."""
    if not vouchers:
        return
    replies = await course.write(vouchers, [_creation(course, voucher) for voucher in vouchers], SNAPSHOT)
    if all(reply is not None and reply.verdict is Verdict.DONE for reply in replies):
        await _compare(course, await _take_replies(course, vouchers, replies))
        return
    vouchers = await _after_roll_back(course, vouchers, replies)
    while vouchers:
        # Twice at most: only a voucher that is sent bare for the first time comes back.
        replies = await course.write(vouchers, [_creation(course, one) for one in vouchers], EACH_ALONE)
        again = _to_be_sent_bare(course, vouchers, replies)
        pairs = [pair for pair in zip(vouchers, replies, strict=True) if pair[0] not in again]
        await _compare(course, await _take_replies(course, *_unzipped(pairs)))
        vouchers = again


def _creation(course: Course, voucher: Voucher) -> Call:
    """Without dimensions where one of its accounts was refused with them before."""
    if not course.ways.nests or course.form.numbers(voucher) & course.ways.presets:
        course.bare.add(voucher.reference)
    body = course.form.new(voucher, bare=voucher.reference in course.bare, ways=course.ways)
    return Call(operation=Operation.CREATE, method="POST", path=course.path, body=body)


async def _after_roll_back(
    course: Course, vouchers: Sequence[Voucher], replies: Sequence[Reply | None]
) -> list[Voucher]:
    """Those to be sent again. A success inside a failed snapshot is none, and what met a lock was taken back
    with the rest: they are looked up like what has no answer."""
    verdicts = {reply.verdict for reply in replies if reply is not None}
    if verdicts <= {Verdict.DONE}:
        raise UnclearError(_("Business Central left a part of the request unanswered."))
    if Verdict.UNAUTHORIZED in verdicts and Verdict.DONE not in verdicts:
        raise UnauthorizedError(unauthorized())
    others = _to_be_sent_bare(course, vouchers, replies)
    for voucher, reply in zip(vouchers, replies, strict=True):
        if voucher in others:
            continue
        if reply is None or reply.verdict in {Verdict.DONE, Verdict.LOCKED, Verdict.LOOK_UP}:
            others.append(voucher)
        else:
            course.settle(voucher, outcomes.of_failure(reply))
    return await _not_there(course, [voucher for voucher in vouchers if voucher in others])


def _to_be_sent_bare(
    course: Course, vouchers: Sequence[Voucher], replies: Sequence[Reply | None]
) -> list[Voucher]:
    """Refused for the way its dimensions came, not for what they are. Nothing of it is there."""
    found = []
    for voucher, reply in zip(vouchers, replies, strict=True):
        is_bare = voucher.reference in course.bare
        if reply and not is_bare and course.ways.learn(reply, course.form.numbers(voucher)):
            course.bare.add(voucher.reference)
            found.append(voucher)
    course.clear(found)
    return found


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
        document = course.form.made(reply, voucher)
        is_already = reply is not None and reply.verdict in {Verdict.LOOK_UP, Verdict.DONE}
        if document is not None and _take(course, voucher, [document]):
            continue
        if is_already:
            doubtful.append(voucher)
        else:
            course.settle(voucher, outcomes.of_failure(reply))
    return doubtful


def _take(course: Course, voucher: Voucher, there: Sequence[Document]) -> bool:
    """One that is there with the right content is an outcome, or a draft of ours."""
    if len(there) != 1 or not there[0].has_content_of(voucher):
        return False
    outcome = outcomes.of_document(voucher=voucher, document=there[0])
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
            removals.append(Removal(voucher=voucher, document=there[0], outcome=outcomes.total_differs()))
        else:
            course.settle(voucher, Uncertain(reason=_other_content()))
    await removal.remove(course=course, removals=removals)


def _unzipped(
    pairs: Sequence[tuple[Voucher, Reply | None]],
) -> tuple[list[Voucher], list[Reply | None]]:
    return [voucher for voucher, _reply in pairs], [reply for _voucher, reply in pairs]


def _other_content() -> str:
    return _("Business Central does not hold this reference once, with the content that was approved.")
