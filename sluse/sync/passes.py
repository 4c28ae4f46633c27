"""The life of a run: begun by a person, the clock or the queue itself, ended once.

Whichever worker has the run lock carries it on.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from sluse.audit import record
from sluse.audit.actor import SYSTEM, Actor
from sluse.audit.models import Type
from sluse.organizations.models import Organization
from sluse.sync import queue
from sluse.sync.models import Run, Trigger

BEGIN_TRIES = 5


class AlreadyRunningError(Exception):
    """The organization has an unfinished run; there is one at a time."""

    def __init__(self, run: Run) -> None:
        super().__init__(str(run.pk))
        self.run = run


def unfinished(*, organization_id: int) -> Run | None:
    return Run.objects.filter(organization_id=organization_id, finished_at=None).first()


def begin(
    *,
    organization: Organization,
    trigger: Trigger,
    connector_kind: str,
    switch_version: int,
    now: datetime,
    actor: Actor = SYSTEM,
) -> Run:
    """A scheduled or manual run releases what was held, in the transaction that begins it."""
    for _try in range(BEGIN_TRIES):
        try:
            return _insert(organization, trigger, connector_kind, switch_version, actor, now)
        except IntegrityError as error:
            running = unfinished(organization_id=organization.pk)
            if running is not None:
                raise AlreadyRunningError(running) from error
            # It ended between our insert and our look, so there is room now.
    raise RuntimeError(f"The runs of {organization.slug} end as fast as they begin.")


def mark_started(*, run: Run, now: datetime) -> None:
    if run.started_at is None:
        run.started_at = now
        run.save(update_fields=["started_at"])


def finish(
    *, organization: Organization, run: Run, stopped: bool, reason: str, connector_kind: str, now: datetime
) -> None:
    """`stopped`: the gate closed before the run was through; otherwise the counts say how it went."""
    with transaction.atomic(durable=True):
        conclude(
            organization=organization,
            run=run,
            stopped=stopped,
            reason=reason,
            connector_kind=connector_kind,
            now=now,
        )


def conclude(
    *, organization: Organization, run: Run, stopped: bool, reason: str, connector_kind: str, now: datetime
) -> None:
    """The same within the caller's transaction."""
    run = Run.objects.select_for_update().get(pk=run.pk)
    if run.is_finished:
        return
    run.finished_at = now
    run.outcome = Run.Outcome.STOPPED if stopped else _outcome(run, reason)
    run.reason = reason
    run.save(update_fields=["finished_at", "outcome", "reason"])
    _log(organization, run, run.outcome, connector_kind, now)


def _insert(
    organization: Organization,
    trigger: Trigger,
    connector_kind: str,
    switch_version: int,
    actor: Actor,
    now: datetime,
) -> Run:
    with transaction.atomic():
        run = Run.objects.create(
            organization=organization,
            trigger=trigger,
            by_id=actor.id,
            by_name=actor.name,
            switch_version=switch_version,
            created_at=now,
        )
        if trigger != Trigger.AUTOMATIC:
            queue.release_held(organization_id=organization.pk)
        _log(organization, run, "started", connector_kind, now)
    return run


def _outcome(run: Run, reason: str) -> Run.Outcome:
    """A run has failed when something kept it from its work. A refused posting is an answer, and stands with the posting."""
    done = run.posted + run.delivered
    if done == run.total and not reason:
        return Run.Outcome.SUCCEEDED
    return Run.Outcome.FAILED if reason and not done else Run.Outcome.PARTIAL


def _log(organization: Organization, run: Run, new_state: str, connector_kind: str, now: datetime) -> None:
    counts = {
        "total": run.total,
        "posted": run.posted,
        "delivered": run.delivered,
        "failed": run.failed,
        "unknown": run.unknown,
        "posted_ore": run.posted_ore,
    }
    record.record(
        record.NewEntry(
            organization_id=organization.pk,
            organization_slug=organization.slug,
            type=Type.RUN,
            actor=Actor(id=run.by_id, name=run.by_name),
            at=now,
            connector_kind=connector_kind,
            new_state=new_state,
            run_id=run.pk,
            trigger=run.trigger,
            error=run.reason,
            details=counts if run.is_finished else {},
        )
    )
