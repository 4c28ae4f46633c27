"""Manual runs, and looking at runs. A refused run sends nothing and leaves its row in the log."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from sluse.audit.actor import Actor
from sluse.connectors import configure
from sluse.gate import read
from sluse.gate.decide import Code
from sluse.organizations.errors import ConflictError, NotFoundError
from sluse.organizations.models import Organization
from sluse.sync import passes, queue, refusals, wake
from sluse.sync.models import Posting, Run, State, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a run that began now would take. `doubtful` of them are looked up first, and `left` wait for another posting."""

    count: int
    total_ore: int
    doubtful: int
    left: int


def would_take(*, organization: Organization, now: datetime) -> Taken:
    rows = queue.taken_by_hand(organization_id=organization.pk, began_at=now, now=now)
    doubtful = Count("pk", filter=Q(state=State.UNKNOWN))
    figures = rows.aggregate(count=Count("pk"), ore=Sum("total_ore"), doubtful=doubtful)
    waiting = Posting.objects.filter(queue.WAITING, organization=organization).count()
    return Taken(
        count=figures["count"],
        total_ore=figures["ore"] or 0,
        doubtful=figures["doubtful"],
        left=max(waiting - (figures["count"] - figures["doubtful"]), 0),
    )


def start_manual(*, organization: Organization, actor: Actor, now: datetime) -> Run:
    """Raises `ConflictError`: no_connector, connector_disabled, disabling, hold_active, sync_already_running."""
    try:
        with transaction.atomic():
            kind, version = _open_or_refuse(organization, now)
            run = passes.begin(
                organization=organization,
                trigger=Trigger.MANUAL,
                connector_kind=kind,
                switch_version=version,
                now=now,
                actor=actor,
            )
            transaction.on_commit(lambda: wake.wake(organization_id=organization.pk))
    except passes.AlreadyRunningError as running:
        detail = _("A run is already under way. Wait until it has finished.")
        error = ConflictError(detail, code="sync_already_running", extra={"run_id": str(running.run.pk)})
        refusals.log(
            organization=organization,
            error=error,
            wanted="sync",
            actor=actor,
            now=now,
            trigger=Trigger.MANUAL,
        )
        raise error from running
    except ConflictError as error:
        refusals.log(
            organization=organization,
            error=error,
            wanted="sync",
            actor=actor,
            now=now,
            trigger=Trigger.MANUAL,
        )
        raise
    return run


def list_runs(*, organization: Organization) -> QuerySet[Run]:
    return Run.objects.filter(organization=organization).order_by("-created_at", "-id")


def get_run(*, organization: Organization, run_id: UUID) -> Run:
    run = Run.objects.filter(organization=organization, pk=run_id).first()
    if run is None:
        raise NotFoundError(_("There is no such run."))
    return run


def _open_or_refuse(organization: Organization, now: datetime) -> tuple[str, int]:
    """The connector's kind and the version of its switch."""
    row = configure.find(organization=organization)
    if row is None:
        raise ConflictError(_("This organization has no connector yet."), code="no_connector")
    decision = read.decision(organization_id=organization.pk, now=now)
    if decision.code is Code.CONNECTOR_DISABLED:
        detail = _("The connector is switched off. Nothing was sent. Switch it on first.")
        raise ConflictError(detail, code="connector_disabled")
    if decision.code is Code.DISABLING:
        detail = _("The connector is being switched off. Nothing was sent.")
        raise ConflictError(detail, code="connector_disabled")
    if not decision.allowed:
        reasons = "; ".join(hold.reason for hold in decision.holds)
        detail = _("The connector is on hold. Nothing was sent. Reason: %(reasons)s") % {"reasons": reasons}
        raise ConflictError(detail, code="hold_active")
    return row.kind, decision.version
