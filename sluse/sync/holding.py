"""Holds as people meet them: planned, changed, ended and listed for one organization; the stop of the whole platform."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from sluse.audit.actor import Actor
from sluse.connectors import configure
from sluse.gate import holds, platform_stop, windows
from sluse.gate.models import Hold
from sluse.gate.platform_stop import Stopped
from sluse.organizations.models import Organization
from sluse.sync import restore
from sluse.sync.switching import STOP_MARGIN_SECONDS


def list_holds(*, organization: Organization) -> QuerySet[Hold]:
    """Every hold there was, is or will be, the platform's included."""
    return Hold.objects.filter(Q(organization=organization) | Q(organization=None))


def plan_window(
    *,
    organization: Organization,
    starts: str,
    ends: str,
    time_zone: str = "",
    reason: str,
    actor: Actor,
    now: datetime,
) -> Hold:
    return windows.plan(
        organization=organization,
        starts=starts,
        ends=ends,
        time_zone=time_zone,
        reason=reason,
        actor=actor,
        connector_kind=_kind(organization),
        now=now,
    )


def change_window(
    *,
    organization: Organization,
    hold_id: int,
    starts: str,
    ends: str,
    time_zone: str = "",
    reason: str,
    actor: Actor,
    now: datetime,
) -> Hold:
    return windows.change(
        organization=organization,
        hold_id=hold_id,
        starts=starts,
        ends=ends,
        time_zone=time_zone,
        reason=reason,
        actor=actor,
        connector_kind=_kind(organization),
        now=now,
    )


def end_hold(*, organization: Organization, hold_id: int, reason: str, actor: Actor, now: datetime) -> Hold:
    """That of a restore ends only after a comparison with the accounting system."""
    restore.refuse_unseen(
        organization=organization, hold=holds.of(organization=organization, hold_id=hold_id)
    )
    return holds.end(
        organization=organization,
        hold_id=hold_id,
        reason=reason,
        actor=actor,
        connector_kind=_kind(organization),
        now=now,
    )


def stop_platform(*, reason: str, actor: Actor, now: datetime) -> Stopped:
    """Never refused: stopping is the safe direction. Waits as long as one request may last."""
    seconds = settings.ERP_DEADLINE_SECONDS + STOP_MARGIN_SECONDS
    return platform_stop.stop(reason=reason, actor=actor, now=now, wait_seconds=seconds)


def resume_platform(*, reason: str, actor: Actor, now: datetime) -> Hold:
    return platform_stop.resume(reason=reason, actor=actor, now=now)


def _kind(organization: Organization) -> str:
    row = configure.find(organization=organization)
    return row.kind if row else ""
