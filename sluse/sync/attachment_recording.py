"""Writing down what became of receipts, with a log row for each file. No state of a posting is changed here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import SYSTEM
from sluse.audit.models import Type
from sluse.connectors.exchanges import Recording
from sluse.organizations.models import Organization
from sluse.sync import attachment_queue, recording
from sluse.sync.attachment_outcomes import Result
from sluse.sync.attachment_queue import Intent
from sluse.sync.models import BY_HAND, Attachment, AttachmentState

FIELDS = [
    "state",
    "erp_id",
    "reason_code",
    "reason_detail",
    "erp_message",
    "next_try_at",
    "attached_at",
]


def rest_abandoned(
    *, organization: Organization, connector_kind: str, quarantine_seconds: int, now: datetime
) -> None:
    """The caller holds the organization's run lock: what is still being sent was left by a worker that is gone."""
    with transaction.atomic(durable=True), translation.override(organization.language):
        rows = _locked(Q(organization=organization, state=AttachmentState.SENDING))
        result = Result(
            state=AttachmentState.UNKNOWN,
            label="abandoned",
            code="unknown_outcome",
            detail=_("The worker stopped before the answer came. It is looked up before it is sent again."),
            next_try_at=now + timedelta(seconds=quarantine_seconds),
        )
        _write(organization, connector_kind, [(row, result) for row in rows], "", now)


def refuse_booked_by_hand(*, organization: Organization, connector_kind: str, now: datetime) -> None:
    """Of a voucher that a person booked Sluse does not know where it is."""
    with transaction.atomic(durable=True), translation.override(organization.language):
        rows = _locked(
            Q(organization=organization, state__in=attachment_queue.OPEN, posting__reason_code=BY_HAND)
        )
        result = Result(
            state=AttachmentState.REFUSED,
            label="refused",
            code=BY_HAND,
            detail=_("The voucher was booked by hand, so the receipt is to be attached by hand too."),
        )
        _write(organization, connector_kind, [(row, result) for row in rows], "", now)


def record_results(
    *,
    organization: Organization,
    connector_kind: str,
    results: Sequence[tuple[Intent, Result]],
    said: Recording | None,
    now: datetime,
) -> None:
    """The posting's own state is nobody's business here: whatever becomes of a receipt, its voucher stays."""
    with transaction.atomic(durable=True):
        by_attachment = {intent.attachment_id: (intent, result) for intent, result in results}
        rows = _locked(Q(pk__in=by_attachment, state=AttachmentState.SENDING))
        pairs = [
            (row, by_attachment[row.pk][1]) for row in rows if row.attempts == by_attachment[row.pk][0].number
        ]
        correlation_id = ""
        if said:
            kept = recording.keep_conversation(organization=organization, said=said, now=now)
            correlation_id = str(kept.pk)
        _write(organization, connector_kind, pairs, correlation_id, now)


def _locked(condition: Q) -> list[Attachment]:
    rows = Attachment.objects.select_for_update(of=("self",)).filter(condition)
    return list(rows.select_related("posting").defer("content").order_by("pk"))


def _write(
    organization: Organization,
    connector_kind: str,
    pairs: Sequence[tuple[Attachment, Result]],
    correlation_id: str,
    now: datetime,
) -> None:
    for row, result in pairs:
        row.state, row.erp_id, row.next_try_at = result.state, result.erp_id, result.next_try_at
        row.reason_code, row.reason_detail, row.erp_message = result.code, result.detail, result.erp_message
        row.attached_at = now if result.state is AttachmentState.ATTACHED else None
    Attachment.objects.bulk_update([row for row, _result in pairs], FIELDS)
    record.record_all(
        [_entry(organization, connector_kind, row, result, correlation_id, now) for row, result in pairs]
    )


def _entry(
    organization: Organization,
    connector_kind: str,
    row: Attachment,
    result: Result,
    correlation_id: str,
    now: datetime,
) -> record.NewEntry:
    assert row.posting is not None
    correlation = {"correlation_id": correlation_id} if correlation_id else {}
    return record.NewEntry(
        organization_id=organization.pk,
        organization_slug=organization.slug,
        type=Type.ATTEMPT,
        actor=SYSTEM,
        at=now,
        connector_kind=connector_kind,
        new_state=row.posting.state,
        run_id=row.posting.run_id,
        posting_id=row.posting.pk,
        request_hash=row.sha256,
        response_code=result.response_code,
        error=result.erp_message or result.detail,
        retry_count=row.attempts - 1,
        details={
            "outcome": result.label,
            "reference": row.posting.reference,
            "attachment": row.name,
            **correlation,
        },
    )
