"""Taking back a draft of ours that cannot be posted: nothing of it is left, so that its voucher can be
sent again.

Only a draft, only as it was read, and never anything that is posted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sluse.connectors.base import Outcome, Uncertain
from sluse.connectors.business_central.batch import EACH_ALONE, Call, Reply
from sluse.connectors.business_central.classify import Operation, Verdict
from sluse.connectors.business_central.course import Course
from sluse.connectors.business_central.documents import Document
from sluse.vouchers.voucher import Voucher


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """`outcome` is what the voucher has come to once the draft is gone."""

    voucher: Voucher
    document: Document
    outcome: Outcome


async def remove(*, course: Course, removals: Sequence[Removal]) -> None:
    if not removals:
        return
    calls = [_deletion(course, removal.document) for removal in removals]
    replies = await course.write([removal.voucher for removal in removals], calls, EACH_ALONE)
    for removal, reply in zip(removals, replies, strict=True):
        course.settle(removal.voucher, removal.outcome if _is_gone(reply) else _left_behind(reply))


def _deletion(course: Course, document: Document) -> Call:
    return Call(
        operation=Operation.DELETE,
        method="DELETE",
        path=f"{course.path}({document.id})",
        headers={"if-match": document.etag or "*"},
    )


def _is_gone(reply: Reply | None) -> bool:
    return reply is not None and reply.verdict in {Verdict.DONE, Verdict.GONE}


def _left_behind(reply: Reply | None) -> Uncertain:
    return Uncertain(
        reason=_("The voucher could not be posted, and its draft may still be in Business Central."),
        response_code=reply.status if reply else None,
    )
