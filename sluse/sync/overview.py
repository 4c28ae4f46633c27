"""One row per organization for those who watch many: connector, switch, last run, queue, health."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Count, Func, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import JSONArray, Least

from sluse.connectors import registry
from sluse.gate import read
from sluse.gate.models import Hold
from sluse.gate.read import State
from sluse.organizations.models import Organization
from sluse.sync import lateness
from sluse.sync.models import Posting, Run
from sluse.sync.models import State as PostingState

OPEN_STATES = (
    PostingState.PENDING,
    PostingState.SENDING,
    PostingState.UNKNOWN,
    PostingState.DELIVERED,
    PostingState.FAILED,
    PostingState.CONFLICT,
)
NOTHING = (0, 0)
NO_RUN = (None, None, None)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Health(StrEnum):
    HEALTHY = "healthy"
    ATTENTION = "attention"
    FAILING = "failing"
    DISABLED = "disabled"
    NOT_CONFIGURED = "not_configured"


class Named(NamedTuple):
    """An organization as a list names it: a thousand whole ones would take longer to make than to find."""

    pk: int
    slug: str
    name: str
    organization_number: str

    @property
    def id(self) -> int:
        return self.pk


class OverviewRow(NamedTuple):
    organization: Named
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
    answers = [facts.row(standing) for standing in _standings(organizations.order_by("name", "pk"))]
    if connector:
        wanted = None if connector == "none" else connector
        answers = [answer for answer in answers if answer.connector_kind == wanted]
    return [answer for answer in answers if not status or answer.health == status]


def counts(*, organization: Organization) -> dict[str, int]:
    """How many postings there are in each state that is not yet an end; a state that is missing has none."""
    found = _counts(Organization.objects.filter(pk=organization.pk).values("pk"))
    return {state: count for state, (count, _ore) in found.get(organization.pk, {}).items()}


class _Standing(NamedTuple):
    """What the tables with one row for an organization say of it, and its last run."""

    pk: int
    slug: str
    name: str
    organization_number: str
    time_zone: str
    kind: str | None
    enabled: bool | None
    is_scheduled: bool | None
    cron: str | None
    outcome: str | None
    reason: str | None
    stop_requested_at: datetime | None
    since: datetime | None
    next_run_at: datetime | None
    changed_at: datetime | None
    run_ended_at: datetime | None

    @property
    def state(self) -> State:
        return read.state_from(enabled=bool(self.enabled), stop_requested_at=self.stop_requested_at)


class _Facts:
    """What rows of other tables add up to, reckoned once for all the organizations: one narrow question each."""

    def __init__(self, organizations: QuerySet[Organization], now: datetime) -> None:
        within = organizations.order_by().values("pk")
        self._now = now
        self._counts = _counts(within)
        concerned = Q(organization__in=within) | Q(organization=None)
        active = list(
            Hold.objects.filter(concerned, read.active(now=now)).values_list("organization_id", "kind")
        )
        self._holds: dict[int | None, int] = dict(
            Counter(organization_id for organization_id, _kind in active)
        )
        ended = Hold.objects.filter(concerned).annotate(end=Least("ended_at", "ends_at")).filter(end__lte=now)
        self._released: dict[int | None, datetime] = dict(
            ended.values_list("organization_id").annotate(Max("end"))
        )
        self._broken = {number for number, kind in active if kind == Hold.Kind.BREAKER}
        self._labels = {name: str(kind.label) for name, kind in registry.KINDS.items()}

    def row(self, standing: _Standing) -> OverviewRow:
        state = standing.state
        counts = self._counts.get(standing.pk, {})
        is_late = state is State.ENABLED and self._is_late(standing)
        pending, pending_ore = counts.get(PostingState.PENDING, NOTHING)
        return OverviewRow(
            organization=Named(standing.pk, standing.slug, standing.name, standing.organization_number),
            connector_kind=standing.kind,
            connector_label=self._labels[standing.kind] if standing.kind else "",
            state=state,
            health=self._health(standing, state, counts, is_late=is_late),
            last_sync_at=standing.run_ended_at,
            last_outcome=standing.outcome or "",
            last_reason=standing.reason or "",
            next_run_at=standing.next_run_at if state is State.ENABLED and standing.is_scheduled else None,
            pending=pending,
            pending_ore=pending_ore,
            failed=counts.get(PostingState.FAILED, NOTHING)[0],
            unknown=counts.get(PostingState.UNKNOWN, NOTHING)[0],
            delivered=counts.get(PostingState.DELIVERED, NOTHING)[0],
            conflicts=counts.get(PostingState.CONFLICT, NOTHING)[0],
            holds=self._hold_count(standing.pk),
            is_late=is_late,
        )

    def _health(
        self, standing: _Standing, state: State, counts: Mapping[str, tuple[int, int]], *, is_late: bool
    ) -> Health:
        if standing.kind is None:
            return Health.NOT_CONFIGURED
        if state is State.DISABLED:
            return Health.DISABLED
        # A refused posting waits for somebody to mend its cause; what keeps a whole run from its work is a failure.
        went = standing.outcome if standing.reason else ""
        broken = standing.pk in self._broken or PostingState.CONFLICT in counts
        if broken or went == Run.Outcome.FAILED:
            return Health.FAILING
        on_hold = self._hold_count(standing.pk)
        unsettled = PostingState.FAILED in counts or PostingState.UNKNOWN in counts
        if on_hold or is_late or unsettled or went == Run.Outcome.PARTIAL:
            return Health.ATTENTION
        return Health.HEALTHY

    def _is_late(self, standing: _Standing) -> bool:
        """Of one that is on. While it is on hold, no run is due."""
        if standing.cron is None or not standing.is_scheduled or self._hold_count(standing.pk):
            return False
        if lateness.is_recent(ended_at=standing.run_ended_at, now=self._now):
            return False
        released = (self._released.get(standing.pk), self._released.get(None))
        return lateness.is_late(
            cron=standing.cron,
            zone=ZoneInfo(standing.time_zone),
            run_ended_at=standing.run_ended_at,
            due_from=max(moment for moment in (standing.since, standing.changed_at, *released) if moment),
            now=self._now,
        )

    def _hold_count(self, organization_id: int) -> int:
        """The platform's stop holds every organization beside its own holds."""
        return self._holds.get(organization_id, 0) + self._holds.get(None, 0)


def _standings(organizations: QuerySet[Organization]) -> list[_Standing]:
    """All in one question. The last run is one step down the index for each, however many runs there were."""
    finished = Run.objects.filter(organization=OuterRef("pk"), finished_at__isnull=False)
    last = JSONArray(_Microseconds("finished_at"), "outcome", "reason")
    own = ("pk", "slug", "name", "organization_number", "time_zone", "connector__kind", "switch__enabled")
    stamps = ("switch__stop_requested_at", "switch__since", "schedule__next_run_at", "schedule__changed_at")
    rows = organizations.values_list(
        Subquery(finished.order_by("-created_at").values_list(last)[:1]),
        *map(_Microseconds, stamps),
        *(*own, "schedule__is_active", "schedule__cron"),
    )
    return [_standing(*row) for row in rows]


def _standing(
    run: list[Any] | None, stopping: Any, since: Any, due: Any, changed: Any, *own: Any
) -> _Standing:
    ended, outcome, reason = run or NO_RUN
    moments = map(_moment, (stopping, since, due, changed, ended))
    return _Standing._make((*own, outcome, reason, *moments))


class _Microseconds(Func):
    """A moment as a whole number. Thousands of them read as text take longer than everything else on the page."""

    template = "(EXTRACT(EPOCH FROM %(expressions)s) * 1000000)::bigint"
    output_field = BigIntegerField()


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else EPOCH + timedelta(microseconds=microseconds)


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
