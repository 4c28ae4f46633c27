"""The switch as people meet it: with readiness, and with what waits, what is unresolved and when it will go."""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Count, Max, Min, Sum
from django.utils.translation import gettext as _

from sluse.audit.actor import Actor
from sluse.connectors import configure
from sluse.connectors.base import Missing
from sluse.gate import four_eyes, read, toggle
from sluse.gate.models import Approval, Switch
from sluse.gate.read import State
from sluse.organizations.errors import ConflictError, SluseError
from sluse.organizations.models import Organization
from sluse.sync import agreeing, follow, queue, readiness, refusals, schedule, setup
from sluse.sync.models import UNRESOLVED, Posting
from sluse.sync.models import State as PostingState

logger = logging.getLogger(__name__)

STOP_MARGIN_SECONDS = 10.0
"""Added to the deadline of one request: recording its answer takes a moment too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits, and the next scheduled time at which it will go."""

    pending: int
    pending_ore: int
    oldest_at: datetime | None
    next_run_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchAnswer:
    """`in_flight`: being sent, or of unknown outcome; `unresolved_until`: when the last of them is looked up.
    `delivered`: what the accounting system has taken in and posts by itself, whatever the switch says. `approval`: a second
    administrator must agree before it is turned on."""

    state: State
    version: int
    since: datetime | None
    by: str
    by_id: str
    reason: str
    changed: bool
    in_flight: int
    delivered: int
    unresolved_until: datetime | None
    backlog: Backlog
    approval: Approval | None = None

    @property
    def unresolved(self) -> int:
        return self.in_flight + self.delivered

    @property
    def pending(self) -> int:
        return self.backlog.pending


def show(*, organization: Organization, now: datetime) -> SwitchAnswer:
    return _answer(organization, changed=False, now=now)


def enable(
    *, organization: Organization, version: int | None, reason: str, actor: Actor, now: datetime
) -> SwitchAnswer:
    """Sends nothing: the next scheduled or manual run does."""
    try:
        with transaction.atomic():
            kind, is_needed = _check_enabling(organization)
            approval = _asked(organization, version, reason, actor, now) if is_needed else None
            changed = not approval and _enable(organization, version, reason, actor, now, kind, is_needed)
    except SluseError as error:
        refusals.log(organization=organization, error=error, wanted="enable", actor=actor, now=now)
        raise
    return replace(_answer(organization, changed=changed, now=now), approval=approval)


def approve(*, organization: Organization, approval_id: int, actor: Actor, now: datetime) -> SwitchAnswer:
    """The second administrator agrees: the switch is turned on in that person's name, with the reason that was given."""

    def carry_out(approval: Approval) -> None:
        kind, is_needed = _check_enabling(organization)
        _enable(organization, approval.switch_version, approval.reason, actor, now, kind, is_needed)

    try:
        agreeing.approve(
            organization=organization, approval_id=approval_id, actor=actor, now=now, carry_out=carry_out
        )
    except SluseError as error:
        refusals.log(organization=organization, error=error, wanted="approve", actor=actor, now=now)
        raise
    return _answer(organization, changed=True, now=now)


def disable(*, organization: Organization, reason: str, actor: Actor, now: datetime) -> SwitchAnswer:
    """Never refused for a stale version: off is the safe direction."""
    row = configure.find(organization=organization)
    change = toggle.disable(
        organization=organization,
        reason=reason,
        actor=actor,
        connector_kind=row.kind if row else "",
        now=now,
        wait_seconds=settings.ERP_DEADLINE_SECONDS + STOP_MARGIN_SECONDS,
    )
    return _answer(organization, changed=change.changed, now=now)


def finish_stops(*, before: datetime) -> int:
    """Stops that were asked for and whose asker is gone: carried out in that person's name."""
    stops = Switch.objects.filter(stop_requested_at__lt=before).select_related("organization")
    for switch in stops:
        try:
            toggle.finish_stop(
                organization=switch.organization, connector_kind=switch.connector_kind, wait_seconds=0.1
            )
        except DatabaseError:  # The next sweep tries again; the others must not wait for it.
            logger.exception("The stop of organization %s could not be finished.", switch.organization_id)
    return len(stops)


def backlog(*, organization: Organization, now: datetime) -> Backlog:
    waiting = Posting.objects.filter(organization=organization, state=PostingState.PENDING)
    figures = waiting.aggregate(count=Count("*"), ore=Sum("total_ore"), oldest=Min("created_at"))
    times = schedule.upcoming(
        schedule=schedule.get(organization=organization, now=now),
        organization=organization,
        now=now,
        count=1,
    )
    return Backlog(
        pending=figures["count"],
        pending_ore=figures["ore"] or 0,
        oldest_at=figures["oldest"],
        next_run_at=times[0] if times else None,
    )


def _check_enabling(organization: Organization) -> tuple[str, bool]:
    """The connector's kind, and whether there is anything to turn. Raises what is missing."""
    setup.lock_settings(organization=organization)
    row = configure.find(organization=organization)
    if row is None:
        missing = readiness.missing(organization=organization)
        raise _not_ready("no_connector", _("This organization has no connector yet."), missing)
    is_needed = read.switch_of(organization=organization).state is State.DISABLED
    missing = readiness.missing(organization=organization) if is_needed else []
    if missing:
        raise _not_ready("not_ready", _("The connector cannot be switched on yet."), missing)
    return row.kind, is_needed


def _asked(
    organization: Organization, version: int | None, reason: str, actor: Actor, now: datetime
) -> Approval | None:
    if not four_eyes.is_required(organization=organization):
        return None
    switch = toggle.locked(organization=organization)
    toggle.check_version(switch=switch, version=version)
    return four_eyes.request(
        organization=organization,
        wanted=Approval.Wanted.ENABLE,
        switch_version=switch.version,
        fingerprint=agreeing.fingerprint(organization=organization),
        reason=reason,
        actor=actor,
        now=now,
    )


def _enable(
    organization: Organization,
    version: int | None,
    reason: str,
    actor: Actor,
    now: datetime,
    kind: str,
    is_needed: bool,  # noqa: FBT001 - found out one line above each call
) -> bool:
    if is_needed:
        # Before the log row, as everywhere: postings, then schedule, then the end of the log's chain.
        queue.hold_backlog(organization_id=organization.pk)
        schedule.skip_missed(organization=organization, now=now)
    return toggle.enable(
        organization=organization,
        version=version,
        reason=reason,
        actor=actor,
        connector_kind=kind,
        now=now,
    ).changed


def _not_ready(code: str, detail: str, missing: Sequence[Missing]) -> ConflictError:
    return ConflictError(detail, code=code, extra={"missing": [asdict(item) for item in missing]})


def _answer(organization: Organization, *, changed: bool, now: datetime) -> SwitchAnswer:
    switch = read.switch_of(organization=organization)
    unresolved = Posting.objects.filter(organization=organization, state__in=UNRESOLVED).aggregate(
        count=Count("pk"), until=Max("next_try_at")
    )
    return SwitchAnswer(
        state=switch.state,
        version=switch.version,
        since=switch.since,
        by=switch.by,
        by_id=switch.by_id,
        reason=switch.reason,
        changed=changed,
        in_flight=unresolved["count"],
        delivered=follow.waiting(organization=organization),
        unresolved_until=unresolved["until"],
        backlog=backlog(organization=organization, now=now),
    )
