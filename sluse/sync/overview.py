"""One row per organization for those who watch many: connector, switch, last run, queue, health."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

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
RUN_FACTS = ("finished_at", "outcome", "reason")
NO_RUN = (None, None, None)
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
            Switch.objects.filter(organization__in=within), "enabled", "stop_requested_at"
        )
        self._next_runs = _by_organization(
            Schedule.objects.filter(organization__in=within, is_active=True), "next_run_at"
        )
        self._runs = _last_runs(organizations.order_by())
        self._counts = _counts(within)
        concerned = Q(organization__in=within) | Q(organization=None)
        active = Hold.objects.filter(concerned, read.active(now=now)).values_list("organization_id", "kind")
        self._holds: dict[int | None, int] = dict(
            Counter(organization_id for organization_id, _kind in active)
        )
        self._broken = {number for number, kind in active if kind == Hold.Kind.BREAKER}
        self._labels = {name: str(kind.label) for name, kind in registry.KINDS.items()}

    def row(self, organization: Organization) -> OverviewRow:
        (kind,) = self._kinds.get(organization.pk, (None,))
        finished_at, outcome, reason = self._runs.get(organization.pk, NO_RUN)
        (next_run_at,) = self._next_runs.get(organization.pk, (None,))
        enabled, stop_requested_at = self._switches.get(organization.pk, (False, None))
        state = read.state_from(enabled=enabled, stop_requested_at=stop_requested_at)
        counts = self._counts.get(organization.pk, {})
        return OverviewRow(
            organization=organization,
            connector_kind=kind,
            connector_label=self._labels[kind] if kind else "",
            state=state,
            health=self._health(organization.pk, kind, state, counts),
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
        )

    def _health(
        self, organization_id: int, kind: str | None, state: State, counts: Mapping[str, tuple[int, int]]
    ) -> Health:
        if kind is None:
            return Health.NOT_CONFIGURED
        if state is State.DISABLED:
            return Health.DISABLED
        finished_at, outcome, reason = self._runs.get(organization_id, NO_RUN)
        # A refused posting waits for somebody to mend its cause; what keeps a whole run from its work is a failure.
        went = outcome if reason else ""
        broken = organization_id in self._broken or PostingState.CONFLICT in counts
        if broken or went == Run.Outcome.FAILED:
            return Health.FAILING
        missing = finished_at is not None and finished_at < self._now - RUN_MISSING_AFTER
        on_hold = self._hold_count(organization_id)
        unsettled = PostingState.FAILED in counts or PostingState.UNKNOWN in counts
        if on_hold or missing or unsettled or went == Run.Outcome.PARTIAL:
            return Health.ATTENTION
        return Health.HEALTHY

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
