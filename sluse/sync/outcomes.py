"""What came of each intent → the next state of its posting. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from sluse.connectors import base
from sluse.connectors.base import Found, Stage
from sluse.sync.models import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`definite`: the accounting system gave a clear answer. `label` is what the attempt is called in the log.
    `needs_a_person`: it will be so until somebody mends the connection."""

    state: State
    label: str
    definite: bool
    erp_id: str = ""
    number: str = ""
    code: str = ""
    detail: str = ""
    erp_message: str = ""
    link: str = ""
    response_code: int | None = None
    next_try_at: datetime | None = None
    retry_after_seconds: int | None = None
    needs_a_person: bool = False


def of_outcome(
    *, outcome: base.Outcome, has_draft: bool, now: datetime, quarantine_seconds: int, delay_seconds: float
) -> Result:
    """`has_draft`: a look-up found it unfinished in the ERP, so *not sent* is no reason to create it anew."""
    if isinstance(outcome, base.NotSent) and has_draft:
        outcome = base.Uncertain(reason=outcome.reason, response_code=outcome.response_code)
    match outcome:
        case base.Posted():
            return _receipt(State.POSTED, "posted", outcome.receipt, outcome.response_code)
        case base.Delivered():
            return _receipt(State.DELIVERED, "delivered", outcome.receipt, outcome.response_code)
        case base.Rejected():
            return Result(
                state=State.FAILED,
                label="rejected",
                definite=True,
                code=outcome.code,
                detail=outcome.message,
                erp_message=outcome.erp_message,
                link=outcome.link,
                response_code=outcome.response_code,
            )
        case base.NotSent():
            return Result(
                state=State.PENDING,
                label="not_sent",
                definite=False,
                code="not_sent",
                detail=outcome.reason,
                response_code=outcome.response_code,
                needs_a_person=outcome.needs_a_person,
                next_try_at=now + timedelta(seconds=delay_seconds),
                retry_after_seconds=outcome.retry_after_seconds,
            )
        case base.Uncertain():
            return unknown(
                detail=outcome.reason,
                until=now + timedelta(seconds=quarantine_seconds),
                code=outcome.response_code,
            )


def unknown(*, detail: str, until: datetime, code: int | None = None) -> Result:
    return Result(
        state=State.UNKNOWN,
        label="unknown",
        definite=False,
        code="unknown_outcome",
        detail=detail,
        response_code=code,
        next_try_at=until,
    )


def of_found(*, found: Found, total_ore: int) -> Result | None:
    """What a look-up settles; None when the voucher is there but ours to finish."""
    wrong = _contradiction(found, total_ore)
    if wrong:
        return _conflict(wrong, found)
    if found.stage is Stage.POSTED:
        return _receipt(State.POSTED, "adopted", found.receipt, None)
    if found.refusal is not None:
        return _refused_there(found, found.refusal)
    if found.stage is Stage.DELIVERED:
        return _receipt(State.DELIVERED, "adopted", found.receipt, None)
    return None


def _contradiction(found: Found, total_ore: int) -> str:
    if found.conflict:
        return found.conflict
    if found.copies > 1:
        return _("The accounting system holds more than one voucher with this reference.")
    if found.total_ore != total_ore and not _is_empty(found):
        return _("The accounting system holds this reference with another amount.")
    return ""


def _is_empty(found: Found) -> bool:
    """Made before its lines, by a worker that did not come to them: it holds nothing yet, and nothing wrong."""
    return found.stage is Stage.UNFINISHED and found.total_ore == 0


def _receipt(state: State, label: str, receipt: base.Receipt, response_code: int | None) -> Result:
    return Result(
        state=state,
        label=label,
        definite=True,
        erp_id=receipt.erp_id,
        number=receipt.number,
        response_code=response_code,
    )


def _refused_there(found: Found, refusal: base.Rejected) -> Result:
    """It stays in the accounting system's staging, which the kept `erp_id` says: it is never sent anew beside it."""
    return Result(
        state=State.FAILED,
        label="refused_there",
        definite=True,
        erp_id=found.receipt.erp_id,
        code=refusal.code,
        detail=refusal.message,
        erp_message=refusal.erp_message,
        link=refusal.link,
    )


def _conflict(detail: str, found: Found) -> Result:
    return Result(
        state=State.CONFLICT,
        label="conflict",
        definite=True,
        code="conflict",
        detail=detail,
        erp_id=found.receipt.erp_id,
        number=found.receipt.number,
    )
