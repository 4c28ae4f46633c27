"""What came of sending a receipt's file → its next state. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from sluse.connectors import base
from sluse.sync.models import AttachmentState

TRIES_MAX = 100
"""Between one day and four of them. Then a person is shown what is wrong, instead of hoping on for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    state: AttachmentState
    label: str
    code: str = ""
    detail: str = ""
    erp_message: str = ""
    erp_id: str = ""
    response_code: int | None = None
    next_try_at: datetime | None = None

    @property
    def is_definite(self) -> bool:
        return self.state in {AttachmentState.ATTACHED, AttachmentState.REFUSED}


def of_outcome(
    *,
    outcome: base.AttachmentOutcome,
    number: int,
    now: datetime,
    quarantine_seconds: int,
    delay_seconds: float,
) -> Result:
    """`number` says which try it was."""
    match outcome:
        case base.Attached():
            return Result(
                state=AttachmentState.ATTACHED,
                label="attached",
                erp_id=outcome.erp_id,
                response_code=outcome.response_code,
            )
        case base.Rejected():
            return Result(
                state=AttachmentState.REFUSED,
                label="refused",
                code=outcome.code,
                detail=outcome.message,
                erp_message=outcome.erp_message,
                response_code=outcome.response_code,
            )
        case base.NotSent() | base.Uncertain():
            if number >= TRIES_MAX:
                return _given_up(outcome)
            return _to_be_repeated(outcome, now, quarantine_seconds, delay_seconds)


def _to_be_repeated(
    outcome: base.NotSent | base.Uncertain, now: datetime, quarantine_seconds: int, delay_seconds: float
) -> Result:
    """What may be there rests until no request can arrive any more; the connector looks before it sends again."""
    if isinstance(outcome, base.Uncertain):
        state, label, code = AttachmentState.UNKNOWN, "unknown", "unknown_outcome"
        seconds: float = quarantine_seconds
    else:
        state, label, code = AttachmentState.WAITING, "not_sent", "not_sent"
        seconds = delay_seconds
    return Result(
        state=state,
        label=label,
        code=code,
        detail=outcome.reason,
        response_code=outcome.response_code,
        next_try_at=now + timedelta(seconds=seconds),
    )


def _given_up(outcome: base.NotSent | base.Uncertain) -> Result:
    detail = _(
        "The receipt could not be sent in %(tries)s tries. Attach it by hand, or retry. The last time: %(reason)s"
    )
    return Result(
        state=AttachmentState.REFUSED,
        label="refused",
        code="tried_too_often",
        detail=detail % {"tries": TRIES_MAX, "reason": outcome.reason},
        response_code=outcome.response_code,
    )
