"""What a comparison found, written down: rows for a screen, and a row in the log. Who is told of it: see `conditions`."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.connectors.base import Found
from sluse.organizations.errors import NotFoundError
from sluse.organizations.models import Organization
from sluse.sync import comparison
from sluse.sync import rebuild as rebuilding
from sluse.sync.comparison import Different, Snapshot
from sluse.sync.models import Difference, Reconciliation


def write_down(
    *,
    organization: Organization,
    connector_kind: str,
    trigger: Reconciliation.Trigger,
    actor: Actor,
    since: date,
    before: Snapshot,
    found: Mapping[str, Found],
    error: str,
    rebuild: bool,
    asked_at: datetime,
    now: datetime,
) -> Reconciliation:
    row = Reconciliation(
        organization=organization,
        trigger=trigger,
        by_id=actor.id,
        by_name=actor.name,
        since=since,
        created_at=asked_at,
        finished_at=now,
        error=error,
    )
    with transaction.atomic(durable=True), translation.override(organization.language):
        entries = []
        if rebuild and not error:
            entries = rebuilding.take_over(organization, found, connector_kind, now)
            row.rebuilt = len(entries)
        after = comparison.snapshot(organization=organization, since=since)
        ours = after if rebuild else comparison.settled(before=before, after=after)
        different = [] if error else comparison.differences(ours=ours, theirs=found)
        _count(row, ours, found, different)
        row.save(force_insert=True)
        Difference.objects.bulk_create([_difference(row, one) for one in different])
        record.record_all([*entries, _entry(row, connector_kind, len(different))])
    return row


def list_of(*, organization: Organization) -> QuerySet[Reconciliation]:
    return Reconciliation.objects.filter(organization=organization).order_by("-created_at", "-id")


def get(*, organization: Organization, number: UUID) -> Reconciliation:
    row = Reconciliation.objects.filter(organization=organization, pk=number).first()
    if row is None:
        raise NotFoundError(_("There is no such comparison."))
    return row


def _count(
    row: Reconciliation, ours: Snapshot, found: Mapping[str, Found], different: list[Different]
) -> None:
    there = [one for one in ours.values() if one.state in comparison.THERE and one.is_expected]
    row.ours, row.ours_ore = len(there), comparison.total_ore(there)
    row.theirs, row.theirs_ore = len(found), comparison.total_ore(list(found.values()))
    row.outcome = Reconciliation.Outcome.DIFFERENT if different else Reconciliation.Outcome.EQUAL
    if row.error:
        row.outcome = Reconciliation.Outcome.FAILED


def _difference(row: Reconciliation, one: Different) -> Difference:
    ours, theirs = one.ours, one.theirs
    return Difference(
        reconciliation=row,
        kind=one.kind,
        reference=one.reference,
        posting_id=ours.posting_id if ours else None,
        our_state=ours.state if ours else "",
        our_ore=ours.total_ore if ours else None,
        their_stage=theirs.stage.value if theirs else "",
        their_ore=theirs.total_ore if theirs else None,
        voucher_number=theirs.receipt.number if theirs else "",
    )


def _entry(row: Reconciliation, connector_kind: str, different: int) -> record.NewEntry:
    return record.NewEntry(
        organization_id=row.organization.pk,
        organization_slug=row.organization.slug,
        type=Type.RECONCILIATION,
        actor=Actor(id=row.by_id, name=row.by_name),
        at=row.finished_at,
        connector_kind=connector_kind,
        new_state=row.outcome,
        error=row.error,
        trigger=row.trigger,
        details={
            "reconciliation": str(row.pk),
            "since": row.since.isoformat(),
            "ours": row.ours,
            "ours_ore": row.ours_ore,
            "theirs": row.theirs,
            "theirs_ore": row.theirs_ore,
            "differences": different,
            "rebuilt": row.rebuilt,
        },
    )
