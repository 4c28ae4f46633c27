"""One row per organization for those who watch many: connector, switch, last run, queue, health."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from sluse.connectors import registry
from sluse.connectors.models import Connector
from sluse.gate import read
from sluse.gate.models import Hold, Switch
from sluse.gate.read import State
from sluse.organizations.models import Organization
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
RUN_MISSING_AFTER = timedelta(hours=26)
NO_RUN = UUID(int=0)


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


def row(*, organization: Organization, now: datetime) -> OverviewRow:
    return rows(organizations=Organization.objects.filter(pk=organization.pk), now=now)[0]


def rows(
    *, organizations: QuerySet[Organization], now: datetime, connector: str = "", status: str = ""
) -> list[OverviewRow]:
    """`connector` is a kind or `none`; `status` a health. The same few queries for one organization as for thousands."""
    chosen = list(_with_last_run(organizations))
    facts = _Facts(chosen, now)
    answers = [facts.row(organization) for organization in chosen]
    if connector:
        wanted = None if connector == "none" else connector
        answers = [answer for answer in answers if answer.connector_kind == wanted]
    return [answer for answer in answers if not status or answer.health == status]


def _with_last_run(organizations: QuerySet[Organization]) -> QuerySet[Organization]:
    finished = Run.objects.filter(organization=OuterRef("pk"), finished_at__isnull=False).order_by(
        "-created_at"
    )
    return organizations.annotate(last_run_id=Subquery(finished.values("pk")[:1])).order_by("name", "pk")


class _Facts:
    """Everything the rows need, fetched once for all of them."""

    def __init__(self, organizations: Sequence[Organization], now: datetime) -> None:
        ids = [organization.pk for organization in organizations]
        self._now = now
        self._connectors = {
            row.organization_id: row
            for row in Connector.objects.filter(organization__in=ids).only("organization_id", "kind")
        }
        # Without its chart of accounts, which is the largest thing a connector holds.
        self._switches = {row.organization_id: row for row in Switch.objects.filter(organization__in=ids)}
        self._schedules = {row.organization_id: row for row in Schedule.objects.filter(organization__in=ids)}
        self._runs = {
            row.pk: row
            for row in Run.objects.filter(pk__in=[_last_run_id(item) for item in organizations]).only(
                "finished_at", "outcome", "reason"
            )
        }
        self._counts = self._count(ids)
        concerned = Q(organization__in=ids) | Q(organization=None)
        active = Hold.objects.filter(concerned, read.active(now=now)).values_list("organization_id", "kind")
        self._holds: Counter[int | None] = Counter(organization_id for organization_id, _kind in active)
        self._broken = {number for number, kind in active if kind == Hold.Kind.BREAKER}

    def row(self, organization: Organization) -> OverviewRow:
        connector = self._connectors.get(organization.pk)
        run = self._runs.get(_last_run_id(organization) or NO_RUN)
        schedule = self._schedules.get(organization.pk)
        state = read.state_of(self._switches.get(organization.pk)).state
        counts = {name: self._counts.get((organization.pk, name), (0, 0)) for name in OPEN_STATES}
        return OverviewRow(
            organization=organization,
            connector_kind=connector.kind if connector else None,
            connector_label=str(registry.KINDS[connector.kind].label) if connector else "",
            state=state,
            health=self._health(connector, state, run, counts, organization.pk),
            last_sync_at=run.finished_at if run else None,
            last_outcome=run.outcome if run else "",
            last_reason=run.reason if run else "",
            next_run_at=schedule.next_run_at
            if schedule and schedule.is_active and state is State.ENABLED
            else None,
            pending=counts[PostingState.PENDING][0],
            pending_ore=counts[PostingState.PENDING][1],
            failed=counts[PostingState.FAILED][0],
            unknown=counts[PostingState.UNKNOWN][0],
            delivered=counts[PostingState.DELIVERED][0],
            conflicts=counts[PostingState.CONFLICT][0],
            holds=self._hold_count(organization.pk),
        )

    def _health(
        self,
        connector: Connector | None,
        state: State,
        run: Run | None,
        counts: dict[PostingState, tuple[int, int]],
        organization_id: int,
    ) -> Health:
        if connector is None:
            return Health.NOT_CONFIGURED
        if state is State.DISABLED:
            return Health.DISABLED
        # A refused posting waits for somebody to mend its cause; what keeps a whole run from its work is a failure.
        broken = organization_id in self._broken or counts[PostingState.CONFLICT][0]
        went = run.outcome if run and run.reason else ""
        if broken or went == Run.Outcome.FAILED:
            return Health.FAILING
        missing = (
            run is not None
            and run.finished_at is not None
            and run.finished_at < self._now - RUN_MISSING_AFTER
        )
        on_hold = self._hold_count(organization_id)
        unsettled = counts[PostingState.FAILED][0] or counts[PostingState.UNKNOWN][0]
        if on_hold or missing or unsettled or went == Run.Outcome.PARTIAL:
            return Health.ATTENTION
        return Health.HEALTHY

    def _count(self, ids: Sequence[int]) -> dict[tuple[int, str], tuple[int, int]]:
        grouped = (
            Posting.objects.filter(organization__in=ids, state__in=OPEN_STATES)
            .values_list("organization_id", "state")
            .annotate(count=Count("pk"), ore=Sum("total_ore"))
        )
        return {(organization, state): (count, ore) for organization, state, count, ore in grouped}

    def _hold_count(self, organization_id: int) -> int:
        """The platform's stop holds every organization beside its own holds."""
        return self._holds[organization_id] + self._holds[None]


def _last_run_id(organization: Organization) -> UUID | None:
    return getattr(organization, "last_run_id", None)
