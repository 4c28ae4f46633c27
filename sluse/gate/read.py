"""What the switch says now: read from the primary in the same request, never cached."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q

from sluse.gate import decide
from sluse.gate.decide import PLANNED_KIND, Decision, HoldFact
from sluse.gate.models import Hold, Switch
from sluse.organizations.models import Organization


class State(StrEnum):
    ENABLED = "enabled"
    DISABLING = "disabling"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchState:
    """A switch that was never touched is disabled and has version 0."""

    state: State
    version: int = 0
    since: datetime | None = None
    by: str = ""
    by_id: str = ""
    reason: str = ""


def switch_of(*, organization: Organization) -> SwitchState:
    return state_of(Switch.objects.filter(organization=organization).first())


def state_of(switch: Switch | None) -> SwitchState:
    if switch is None:
        return SwitchState(state=State.DISABLED)
    return SwitchState(
        state=state_from(enabled=switch.enabled, stop_requested_at=switch.stop_requested_at),
        version=switch.version,
        since=switch.since,
        by=switch.by_name,
        by_id=switch.by_id,
        reason=switch.reason,
    )


def state_from(*, enabled: bool, stop_requested_at: datetime | None) -> State:
    if not enabled:
        return State.DISABLED
    return State.DISABLING if stop_requested_at else State.ENABLED


def decision(*, organization_id: int, now: datetime) -> Decision:
    switch = Switch.objects.filter(organization_id=organization_id).first()
    return decide.decide(
        enabled=bool(switch and switch.enabled),
        stop_requested=bool(switch and switch.stop_requested_at),
        holds=_facts(organization_id),
        now=now,
        version=switch.version if switch else 0,
    )


def holds_of(*, organization: Organization, now: datetime) -> list[HoldFact]:
    """Those that are active now, the platform's included."""
    return [hold for hold in _facts(organization.pk) if hold.is_active(now=now)]


def windows_of(*, organization: Organization, now: datetime) -> list[Hold]:
    """Those that are on or to come."""
    windows = Hold.objects.filter(organization=organization, kind=Hold.Kind.WINDOW, ended_at=None)
    return list(windows.filter(ends_at__gt=now).order_by("since", "pk"))


def platform_stop() -> Hold | None:
    return Hold.objects.filter(kind=Hold.Kind.PLATFORM, ended_at=None).first()


def active(*, now: datetime) -> Q:
    """Of rows of holds: those that hold now. The same rule as `HoldFact.is_active`."""
    has_begun = ~Q(kind=PLANNED_KIND) | Q(since__lte=now)
    return has_begun & Q(ended_at=None) & (Q(ends_at=None) | Q(ends_at__gt=now))


def fact(row: Hold) -> HoldFact:
    return HoldFact(
        kind=row.kind,
        reason=row.reason,
        since=row.since,
        ends_at=row.ends_at,
        ended_at=row.ended_at,
        id=str(row.pk),
    )


def _facts(organization_id: int) -> list[HoldFact]:
    concerned = Q(organization_id=organization_id) | Q(organization_id=None)
    rows = Hold.objects.filter(concerned, ended_at=None).order_by("since")
    return [fact(row) for row in rows]
