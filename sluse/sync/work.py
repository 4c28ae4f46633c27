"""The database's part of a slice: what the orchestrator needs to know before it starts, in one step."""

from dataclasses import dataclass
from datetime import datetime

from sluse.connectors import configure, registry
from sluse.connectors.models import Connector
from sluse.gate import read
from sluse.gate.decide import Code, Decision
from sluse.organizations.models import Organization
from sluse.sync import corrections, passes, queue, recovery
from sluse.sync.models import Outage, Run, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    organization: Organization
    connector: Connector
    run: Run
    decision: Decision
    quarantine_seconds: int


def prepare(*, organization_id: int, now: datetime) -> Work | None:
    """None when there is nothing to do. The caller holds the organization's run lock."""
    organization = Organization.objects.get(pk=organization_id)
    connector = configure.find(organization=organization)
    if connector is None:
        return None
    quarantine_seconds = registry.quarantine_seconds(kind=connector.kind)
    recovery.rest_abandoned(
        organization=organization,
        connector_kind=connector.kind,
        quarantine_seconds=quarantine_seconds,
        now=now,
    )
    corrections.settle(organization=organization, now=now)
    decision = read.decision(organization_id=organization_id, now=now)
    run = _carry_on(organization, connector.kind, decision.version, now)
    if run is None and decision.allowed:
        run = _automatic(organization, connector.kind, decision.version, now)
    if run is None:
        return None
    passes.mark_started(run=run, now=now)
    return Work(
        organization=organization,
        connector=connector,
        run=run,
        decision=decision,
        quarantine_seconds=quarantine_seconds,
    )


def _carry_on(
    organization: Organization, connector_kind: str, switch_version: int, now: datetime
) -> Run | None:
    """A run that began before the switch was turned ends there: what waits now is for the next one."""
    run = passes.unfinished(organization_id=organization.pk)
    if run is None or run.switch_version == switch_version:
        return run
    passes.finish(
        organization=organization,
        run=run,
        stopped=True,
        reason=Code.CONNECTOR_DISABLED,
        connector_kind=connector_kind,
        now=now,
    )
    return None


def _automatic(
    organization: Organization, connector_kind: str, switch_version: int, now: datetime
) -> Run | None:
    """An automatic run begins only when there is something for it, and not while the accounting system rests."""
    if Outage.objects.filter(organization=organization, not_before__gt=now).exists():
        return None
    probe = Run(organization=organization, trigger=Trigger.AUTOMATIC, created_at=now)
    if not queue.eligible(organization_id=organization.pk, run=probe, now=now).exists():
        return None
    try:
        return passes.begin(
            organization=organization,
            trigger=Trigger.AUTOMATIC,
            connector_kind=connector_kind,
            switch_version=switch_version,
            now=now,
        )
    except passes.AlreadyRunningError as error:
        return error.run
