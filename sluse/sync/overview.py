"""One row per organization for those who watch many: connector, switch, last run, queue, health."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Least

from sluse.connectors import registry
from sluse.connectors.models import Connector
from sluse.gate import read
from sluse.gate.models import Hold, Switch
from sluse.gate.read import State
from sluse.organizations.models import Organization
from sluse.sync import lateness
from sluse.sync.models import Posting, Run, Schedule
from sluse.sync.models import State as PostingState

OPEN_STATES = (
    PostingState.PENDING,
    PostingState.SENDING,
    PostingState.UNKNOWN,
    PostingState.DELIVERED,
    PostingState.FAILED,
    PostingState.CONFLICT,
)
RUN_FACTS = ("finished_at", "outcome", "reason")
NO_RUN = (None, None, None)
NO_SCHEDULE = (None, None, None)
NO_SWITCH = (False, None, None)
NOTHING = (0, 0)


class Health(StrEnum):
    HEALTHY = "healthy"
    ATTENTION = "attention"
    FAILING = "failing"
    DISABLED = "disabled"
    NOT_CONFIGURED = "not_configured"


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewRow:
    organization: Organization
    connector_kind: str | None
    connector_label: str
    state: State
    health: Health
    last_sync_at: datetime | None
    last_outcome: str
    last_reason: str
    next_run_at: datetime | None
    pending: int
    pending_ore: int
    failed: int
    unknown: int
    delivered: int
    conflicts: int
    holds: int
    is_late: bool


def row(*, organization: Organization, now: datetime) -> OverviewRow:
    return rows(organizations=Organization.objects.filter(pk=organization.pk), now=now)[0]


def rows(
    *, organizations: QuerySet[Organization], now: datetime, connector: str = "", status: str = ""
) -> list[OverviewRow]:
    """`connector` is a kind or `none`; `status` a health. The same few queries for one organization as for thousands."""
    facts = _Facts(organizations, now)
    answers = [
        facts.row(organization) for organization in organizations.defer("created_at").order_by("name", "pk")
    ]
    if connector:
        wanted = None if connector == "none" else connector
        answers = [answer for answer in answers if answer.connector_kind == wanted]
    return [answer for answer in answers if not status or answer.health == status]


class _Facts:
    """Everything the rows need, fetched once for all of them: one narrow question each, whatever their number."""

    def __init__(self, organizations: QuerySet[Organization], now: datetime) -> None:
        within = organizations.order_by().values("pk")
        self._now = now
        self._kinds = _by_organization(Connector.objects.filter(organization__in=within), "kind")
        self._switches = _by_organization(
            Switch.objects.filter(organization__in=within), "enabled", "stop_requested_at", "since"
        )
        schedules = Schedule.objects.filter(organization__in=within, is_active=True)
        self._schedules = _by_organization(schedules, "next_run_at", "cron", "changed_at")
        self._runs = _last_runs(organizations.order_by())
        self._counts = _counts(within)
        concerned = Q(organization__in=within) | Q(organization=None)
        active = Hold.objects.filter(concerned, read.active(now=now)).values_list("organization_id", "kind")
        self._holds: dict[int | None, int] = dict(
            Counter(organization_id for organization_id, _kind in active)
        )
        ended = Hold.objects.filter(concerned).annotate(end=Least("ended_at", "ends_at")).filter(end__lte=now)
        self._released: dict[int | None, datetime] = dict(
            ended.values_list("organization_id").annotate(Max("end"))
        )
        self._broken = {number for number, kind in active if kind == Hold.Kind.BREAKER}
        self._labels = {name: str(kind.label) for name, kind in registry.KINDS.items()}

    def row(self, organization: Organization) -> OverviewRow:
        (kind,) = self._kinds.get(organization.pk, (None,))
        finished_at, outcome, reason = self._runs.get(organization.pk, NO_RUN)
        next_run_at, _cron, _changed_at = self._schedules.get(organization.pk, NO_SCHEDULE)
        enabled, stop_requested_at, _since = self._switches.get(organization.pk, NO_SWITCH)
        state = read.state_from(enabled=enabled, stop_requested_at=stop_requested_at)
        counts = self._counts.get(organization.pk, {})
        is_late = state is State.ENABLED and self._is_late(organization)
        return OverviewRow(
            organization=organization,
            connector_kind=kind,
            connector_label=self._labels[kind] if kind else "",
            state=state,
            health=self._health(organization.pk, kind, state, counts, is_late=is_late),
            last_sync_at=finished_at,
            last_outcome=outcome or "",
            last_reason=reason or "",
            next_run_at=next_run_at if state is State.ENABLED else None,
            pending=counts.get(PostingState.PENDING, NOTHING)[0],
            pending_ore=counts.get(PostingState.PENDING, NOTHING)[1],
            failed=counts.get(PostingState.FAILED, NOTHING)[0],
            unknown=counts.get(PostingState.UNKNOWN, NOTHING)[0],
            delivered=counts.get(PostingState.DELIVERED, NOTHING)[0],
            conflicts=counts.get(PostingState.CONFLICT, NOTHING)[0],
            holds=self._hold_count(organization.pk),
            is_late=is_late,
        )

    def _health(
        self,
        organization_id: int,
        kind: str | None,
        state: State,
        counts: Mapping[str, tuple[int, int]],
        *,
        is_late: bool,
    ) -> Health:
        if kind is None:
            return Health.NOT_CONFIGURED
        if state is State.DISABLED:
            return Health.DISABLED
        _finished_at, outcome, reason = self._runs.get(organization_id, NO_RUN)
        # A refused posting waits for somebody to mend its cause; what keeps a whole run from its work is a failure.
        went = outcome if reason else ""
        broken = organization_id in self._broken or PostingState.CONFLICT in counts
        if broken or went == Run.Outcome.FAILED:
            return Health.FAILING
        on_hold = self._hold_count(organization_id)
        unsettled = PostingState.FAILED in counts or PostingState.UNKNOWN in counts
        if on_hold or is_late or unsettled or went == Run.Outcome.PARTIAL:
            return Health.ATTENTION
        return Health.HEALTHY

    def _is_late(self, organization: Organization) -> bool:
        """Of one that is on. While it is on hold, no run is due."""
        _next_run_at, cron, changed_at = self._schedules.get(organization.pk, NO_SCHEDULE)
        if cron is None or self._hold_count(organization.pk):
            return False
        _enabled, _stop_requested_at, since = self._switches[organization.pk]
        released = (self._released.get(organization.pk), self._released.get(None))
        return lateness.is_late(
            cron=cron,
            zone=ZoneInfo(organization.time_zone),
            run_ended_at=self._runs.get(organization.pk, NO_RUN)[0],
            due_from=max(moment for moment in (since, changed_at, *released) if moment),
            now=self._now,
        )

    def _hold_count(self, organization_id: int) -> int:
        """The platform's stop holds every organization beside its own holds."""
        return self._holds.get(organization_id, 0) + self._holds.get(None, 0)


def _by_organization(rows: QuerySet[Any], *fields: str) -> dict[int, tuple[Any, ...]]:
    return _keyed(rows.values_list("organization_id", *fields))


def _keyed(rows: Iterable[tuple[Any, ...]]) -> dict[int, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in rows}


def _last_runs(organizations: QuerySet[Organization, Any]) -> dict[int, tuple[Any, ...]]:
    """One step down the index for each organization, however many runs it has had."""
    finished = Run.objects.filter(organization=OuterRef("pk"), finished_at__isnull=False)
    newest = finished.order_by("-created_at")
    facts = {f"last_{name}": Subquery(newest.values(name)[:1]) for name in RUN_FACTS}
    return _keyed(organizations.annotate(**facts).values_list("pk", *facts))


def _counts(within: QuerySet[Organization, Any]) -> dict[int, dict[str, tuple[int, int]]]:
    """Of each organization and state: how many, and their sum in øre. Read from the index `posting_open` alone."""
    grouped = (
        Posting.objects.filter(organization__in=within, state__in=OPEN_STATES)
        .values_list("organization_id", "state")
        .annotate(count=Count("*"), ore=Sum("total_ore"))
    )
    found: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for organization, state, count, ore in grouped:
        found[organization][state] = (count, ore)
    return found
