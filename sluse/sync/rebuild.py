"""After a restore: what the accounting system holds of ours, and our database has forgotten, is taken over from there."""

from collections.abc import Mapping
from datetime import datetime

from sluse.audit import record
from sluse.audit.actor import SYSTEM
from sluse.audit.models import Type
from sluse.connectors.base import Found
from sluse.organizations.models import Organization
from sluse.sync import building, outcomes
from sluse.sync.models import Posting, State
from sluse.sync.outcomes import Result

OPEN = (State.PENDING, State.UNKNOWN, State.FAILED, State.DELIVERED)
FIELDS = [
    "state",
    "held",
    "voucher",
    "voucher_hash",
    "number",
    "mapping_version",
    "erp_id",
    "voucher_number",
    "reason_code",
    "reason_detail",
    "reason_link",
    "erp_message",
    "next_try_at",
    "posted_at",
]


def take_over(
    organization: Organization, found: Mapping[str, Found], connector_kind: str, now: datetime
) -> list[record.NewEntry]:
    """In the caller's transaction. Returns the log rows, one for each posting that changed. One whose content the
    accounting system holds otherwise becomes a conflict; what is there but unfinished stays as it is."""
    rows = list(
        Posting.objects.select_for_update()
        .filter(organization=organization, state__in=OPEN, reference__in=list(found))
        .order_by("pk")
    )
    unsent = [row for row in rows if row.voucher is None]
    building.freeze(organization=organization, rows=unsent)  # One that cannot be built cannot be sent either.
    changed = []
    for row in rows:
        result = outcomes.of_found(found=found[row.reference], total_ore=abs(row.total_ore))
        if result is None or result.state == row.state or row.voucher is None:
            continue
        _apply(row, result, now)
        changed.append((row, result))
    Posting.objects.bulk_update([row for row, _result in changed], FIELDS, batch_size=1_000)
    return [_entry(organization, row, result, connector_kind, now) for row, result in changed]


def _apply(row: Posting, result: Result, now: datetime) -> None:
    row.state, row.held, row.next_try_at = result.state, False, None
    row.erp_id, row.voucher_number = result.erp_id, result.number
    row.reason_code, row.reason_detail, row.reason_link = result.code, result.detail, result.link
    row.erp_message = result.erp_message
    row.posted_at = now if result.state is State.POSTED else None


def _entry(
    organization: Organization, row: Posting, result: Result, connector_kind: str, now: datetime
) -> record.NewEntry:
    return record.NewEntry(
        organization_id=organization.pk,
        organization_slug=organization.slug,
        type=Type.ATTEMPT,
        actor=SYSTEM,
        at=now,
        connector_kind=connector_kind,
        new_state=result.state,
        posting_id=row.pk,
        request_hash=row.voucher_hash,
        error=result.erp_message or result.detail,
        retry_count=max(row.attempts - 1, 0),
        details={
            "outcome": "rebuilt",
            "reference": row.reference,
            "voucher_number": row.voucher_number,
        },
    )
