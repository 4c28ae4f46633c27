"""Postings: the queue and what became of it."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Router

from sluse.api import pages, records
from sluse.api.caller import AskedOf, OrganizationDoor
from sluse.api.calls import Answer, call
from sluse.organizations import keyset
from sluse.organizations.access import Right
from sluse.organizations.errors import FieldError, InvalidError
from sluse.sync import corrections, postings
from sluse.sync.models import Attachment, Attempt, Posting, State
from sluse.vouchers.voucher import kroner

router = Router(tags=["Postings"])

READER = OrganizationDoor("reimbursements:read", "sync:run", right=Right.READ)


@call(
    router,
    "GET",
    "/organizations/{org}/postings",
    door=READER,
    summary="List postings, newest first",
    answers={HTTPStatus.OK: records.Postings},
)
def listing(
    asked: AskedOf,
    *,
    state: State | None = None,
    cursor: pages.Cursor = "",
    limit: pages.Limit = pages.LIMIT,
) -> Answer:
    rows = postings.list_postings(organization=asked.organization, state=state.value if state else "")
    return Answer(
        content=pages.page(rows=rows, order=keyset.NEWEST, cursor=cursor, limit=limit, present=_shape)
    )


@call(
    router,
    "POST",
    "/organizations/{org}/postings/retry",
    door=OrganizationDoor("sync:run", right=Right.ADMINISTER),
    summary="Give failed postings another try",
    answers={HTTPStatus.OK: records.Retried},
)
def retry(asked: AskedOf, *, chosen: records.Retry) -> Answer:
    count = postings.retry(
        organization=asked.organization,
        ids=_ids(chosen),
        all_failed=chosen.all_failed,
        actor=asked.actor,
        now=asked.now,
    )
    return Answer(content={"retried": count})


@call(
    router,
    "GET",
    "/organizations/{org}/postings/{posting_id}",
    door=READER,
    summary="Show one posting",
    answers={HTTPStatus.OK: records.PostingInDetail},
)
def show(asked: AskedOf, *, posting_id: UUID) -> Answer:
    posting = postings.get_posting(organization=asked.organization, posting_id=posting_id)
    history = [_attempt(attempt) for attempt in postings.attempts_of(posting=posting)]
    return Answer(content={**_shape(posting), "history": history})


def _ids(chosen: records.Retry) -> list[UUID]:
    """An id that cannot be one of ours is told, so that nobody believes it was tried again."""
    if bool(chosen.ids) == chosen.all_failed:
        raise InvalidError(_("Name the postings in ids, or say all_failed."))
    found, errors = [], []
    for number, text in enumerate(chosen.ids):
        try:
            found.append(UUID(text))
        except ValueError:
            detail = _("There is no such posting.")
            errors.append(FieldError(path=f"ids[{number}]", code="id", detail=detail))
    if errors:
        raise InvalidError(_("Correct the fields named. Nothing was changed."), errors=errors)
    return found


def _shape(row: Posting) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "external_id": row.external_id,
        "version": row.version,
        "state": row.state,
        "held": row.held,
        "is_reversal": row.is_reversal,
        "follows": str(row.follows_id) if row.follows_id else None,
        "total": str(kroner(row.total_ore)),
        "attempts": row.attempts,
        "voucher_number": row.voucher_number or None,
        "reference": row.reference,
        "reason": _reason(row),
        "next_try_at": row.next_try_at,
        "created_at": row.created_at,
        "posted_at": row.posted_at,
        "attachments": [_attachment(attachment) for attachment in row.attachments.all()],
    }


def _reason(row: Posting) -> dict[str, str | None] | None:
    waits = corrections.waits_because(posting=row)
    if waits:
        return {"code": corrections.WAITS, "detail": waits, "link": None}
    reason = {"code": row.reason_code, "detail": row.reason_detail, "link": row.reason_link or None}
    return reason if row.reason_code else None


def _attachment(row: Attachment) -> dict[str, Any]:
    reason = {"code": row.reason_code, "detail": row.reason_detail}
    return {
        "id": str(row.pk),
        "name": row.name,
        "state": row.state,
        "reason": reason if row.reason_code else None,
        "next_try_at": row.next_try_at,
    }


def _attempt(row: Attempt) -> dict[str, Any]:
    said = row.conversation
    return {
        "number": row.number,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "outcome": row.outcome or None,
        "response_code": row.response_code,
        "error": row.error,
        "request_hash": row.request_hash,
        "correlation_id": str(said.pk) if said else None,
        "exchanges": said.exchanges if said else [],
    }
