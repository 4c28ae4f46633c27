"""What the clock does: due schedules begin their runs, stops that were left half done are finished, and whoever has
something to do is named."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from sluse import reach
from sluse.audit import record
from sluse.audit.actor import SYSTEM
from sluse.audit.models import Type
from sluse.connectors import configure
from sluse.gate import read, windows
from sluse.gate.models import Hold, Switch
from sluse.organizations.models import Organization
from sluse.sync import attachment_queue, follow, passes, switching
from sluse.sync import schedule as schedules
from sluse.sync.models import Attachment, Outage, Posting, Run, Schedule, State, Trigger

logger = logging.getLogger(__name__)

HALF_DONE_STOP_AFTER = timedelta(seconds=30)
ORGANIZATIONS_PER_SWEEP = 1_000


@reach.platform()
def sweep(*, now: datetime) -> list[int]:
    """The organizations to wake."""
    switching.finish_stops(before=now - HALF_DONE_STOP_AFTER)
    windows.note_passing(now=now)
    start_due_runs(now=now)
    return with_work(now=now)


def start_due_runs(*, now: datetime) -> int:
    """One transaction per organization, so that one that fails harms no other. Returns how many began."""
    due = Schedule.objects.filter(is_active=True, next_run_at__lte=now).order_by("next_run_at")
    return sum(
        _start_safely(organization_id, now)
        for organization_id in due.values_list("organization_id", flat=True)
    )


def with_work(*, now: datetime) -> list[int]:
    """Unfinished runs, postings left in sending by a dead worker, and, where the switch is on, nothing holds and no outage
    rests, whatever an automatic run would take and whatever was delivered and
    should be asked about, and receipts whose voucher is there."""
    enabled = _open_switches(now).values("organization")
    resting = Outage.objects.filter(not_before__gt=now).values("organization")
    due = Q(next_try_at=None, state=State.PENDING) | Q(next_try_at__lte=now)
    waiting = Posting.objects.filter(due, state__in=[State.PENDING, State.UNKNOWN], held=False)
    waiting = waiting.filter(organization__in=enabled).exclude(organization__in=resting)
    left = Posting.objects.filter(state=State.SENDING)
    unfinished = Run.objects.filter(finished_at=None)
    found: set[int] = set()
    delivered = Posting.objects.filter(follow.due(now=now), organization__in=enabled)
    delivered = delivered.exclude(organization__in=resting)
    attachments = Attachment.objects.filter(attachment_queue.due(now=now), organization__in=enabled)
    attachments = attachments.exclude(organization__in=resting)
    for rows in (unfinished, left, waiting, delivered, attachments):
        names = rows.order_by().values_list("organization_id", flat=True).distinct()
        found.update(names[:ORGANIZATIONS_PER_SWEEP])
    return sorted(found)


def _open_switches(now: datetime) -> QuerySet[Switch]:
    if read.platform_stop() is not None:
        return Switch.objects.none()
    holding = Hold.objects.filter(read.active(now=now)).exclude(organization=None).values("organization")
    return Switch.objects.filter(enabled=True, stop_requested_at=None).exclude(organization__in=holding)


def _start_safely(organization_id: int, now: datetime) -> bool:
    try:
        with reach.organization(organization_id=organization_id):
            return _start_if_due(organization_id, now)
    except Exception:
        # One organization with damaged settings must not keep all the others from their nightly run.
        logger.exception("The due run of organization %s could not begin.", organization_id)
        return False


def _start_if_due(organization_id: int, now: datetime) -> bool:
    with transaction.atomic():
        schedule = (
            Schedule.objects.select_for_update(skip_locked=True)
            .filter(organization=organization_id, is_active=True, next_run_at__lte=now)
            .first()
        )
        if schedule is None:
            return False
        organization = Organization.objects.get(pk=organization_id)
        connector = configure.find(organization=organization)
        decision = read.decision(organization_id=organization_id, now=now)
        if connector is not None and decision.allowed:
            return _begin(organization, schedule, connector.kind, decision.version, now)
        schedules.rest(schedule=schedule, organization=organization, now=now)
        if connector is not None:
            _log_skipped(organization, connector.kind, decision.code, now)
    return False


def _begin(
    organization: Organization, schedule: Schedule, connector_kind: str, switch_version: int, now: datetime
) -> bool:
    """While another run is under way the due time stays due, and is tried at the next sweep."""
    try:
        passes.begin(
            organization=organization,
            trigger=Trigger.SCHEDULED,
            connector_kind=connector_kind,
            switch_version=switch_version,
            now=now,
        )
    except passes.AlreadyRunningError:
        return False
    schedules.rest(schedule=schedule, organization=organization, now=now)
    return True


def _log_skipped(organization: Organization, connector_kind: str, code: str, now: datetime) -> None:
    record.record(
        record.NewEntry(
            organization_id=organization.pk,
            organization_slug=organization.slug,
            type=Type.RUN,
            actor=SYSTEM,
            at=now,
            connector_kind=connector_kind,
            new_state="skipped",
            reason=code,
            trigger=Trigger.SCHEDULED,
        )
    )
