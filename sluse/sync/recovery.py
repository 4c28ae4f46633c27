"""A worker that died left postings being sent. Nobody can say whether they arrived, so they rest and are looked up."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import SYSTEM
from sluse.audit.models import Type
from sluse.organizations.models import Organization
from sluse.sync.models import Attempt, Posting, State


def rest_abandoned(
    *, organization: Organization, connector_kind: str, quarantine_seconds: int, now: datetime
) -> int:
    """The caller holds the organization's run lock: whatever is still being sent was left by a worker that is gone."""
    with transaction.atomic(durable=True), translation.override(organization.language):
        rows = list(
            Posting.objects.select_for_update()
            .filter(organization=organization, state=State.SENDING)
            .order_by("pk")
        )
        detail = _(
            "The worker stopped before the answer came. It is looked up before anything is sent again."
        )
        for row in rows:
            row.state, row.reason_code, row.reason_detail = State.UNKNOWN, "unknown_outcome", detail
            row.reason_link = ""
            row.next_try_at = now + timedelta(seconds=quarantine_seconds)
        Posting.objects.bulk_update(
            rows, ["state", "reason_code", "reason_detail", "reason_link", "next_try_at"]
        )
        Attempt.objects.filter(posting__in=rows, finished_at=None).update(
            finished_at=now, outcome="abandoned", error=detail
        )
        record.record_all([_entry(organization, row, connector_kind, now) for row in rows])
    return len(rows)


def _entry(organization: Organization, row: Posting, connector_kind: str, now: datetime) -> record.NewEntry:
    return record.NewEntry(
        organization_id=organization.pk,
        organization_slug=organization.slug,
        type=Type.ATTEMPT,
        actor=SYSTEM,
        at=now,
        connector_kind=connector_kind,
        new_state=State.UNKNOWN,
        run_id=row.run_id,
        posting_id=row.pk,
        request_hash=row.voucher_hash,
        error=row.reason_detail,
        retry_count=row.attempts - 1,
        details={"outcome": "abandoned", "reference": row.reference},
    )
