"""Maintenance windows: planned, changed and cancelled by an administrator, begun and ended by the clock alone.

Whether one is on is reckoned from its times each time somebody asks, so that a clock process that died leaves nothing open.
`note_passing` only writes what the clock did into the log.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from sluse.audit.actor import SYSTEM, Actor
from sluse.gate import holds, toggle, wall_time
from sluse.gate.models import Hold
from sluse.organizations.errors import ConflictError, FieldError, InvalidError
from sluse.organizations.models import Organization

DAYS_MAX = 92
"""A longer pause is for the switch, which says who and why just as well."""
OPEN_WINDOWS_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """As the clock on the wall of `time_zone` shows them, and the instants they mean."""

    starts_local: str
    ends_local: str
    time_zone: str
    since: datetime
    ends_at: datetime


def plan(
    *,
    organization: Organization,
    starts: str,
    ends: str,
    time_zone: str = "",
    reason: str,
    actor: Actor,
    connector_kind: str,
    now: datetime,
) -> Hold:
    """`starts` and `ends` are `2026-12-24T18:00`; without a zone it is the organization's own."""
    reason = toggle.checked_reason(reason)
    times = read_times(starts=starts, ends=ends, time_zone=time_zone or organization.time_zone, now=now)
    with transaction.atomic():
        holds.lock(organization=organization)
        _refuse_too_many(organization)
        hold = Hold(
            organization=organization,
            kind=Hold.Kind.WINDOW,
            reason=reason,
            by_id=actor.id,
            by_name=actor.name,
        )
        _set_times(hold, times)
        hold.save(force_insert=True)
        holds.log(hold, organization, "window_planned", reason, actor, connector_kind, now)
    return hold


def change(
    *,
    organization: Organization,
    hold_id: int,
    starts: str,
    ends: str,
    time_zone: str = "",
    reason: str,
    actor: Actor,
    connector_kind: str,
    now: datetime,
) -> Hold:
    """Of one that has begun only the end may still be moved, and not into the past."""
    reason = toggle.checked_reason(reason)
    with transaction.atomic():
        holds.lock(organization=organization)
        hold = holds.of(organization=organization, hold_id=hold_id)
        if hold.kind != Hold.Kind.WINDOW or hold.ended_at is not None or not _is_to_come(hold, now):
            raise ConflictError(_("Only a window that has not ended can be changed."), code="hold_ended")
        zone = time_zone or hold.time_zone
        times = read_times(starts=starts, ends=ends, time_zone=zone, now=now)
        if hold.since <= now and times.since != hold.since:
            raise _wrong("starts", "has_begun", _("The window has begun. Only its end can be moved."))
        _set_times(hold, times)
        hold.reason = reason
        hold.save(update_fields=["starts_local", "ends_local", "time_zone", "since", "ends_at", "reason"])
        holds.log(hold, organization, "window_changed", reason, actor, connector_kind, now)
    return hold


def note_passing(*, now: datetime) -> int:
    """Log rows for windows that began or ended since the last look. Returns how many rows."""
    begun = Q(begun_at=None, since__lte=now) | Q(ends_at__lte=now)
    passing = Hold.objects.filter(begun, kind=Hold.Kind.WINDOW, ended_at=None).order_by("pk")
    return sum(_note(hold.pk, hold.organization_id or 0, now) for hold in passing)


def read_times(*, starts: str, ends: str, time_zone: str, now: datetime) -> Times:
    if time_zone not in available_timezones():
        raise _wrong("time_zone", "time_zone", _("Name a time zone such as Europe/Oslo."))
    zone = ZoneInfo(time_zone)
    since = wall_time.earliest(wall=_wall("starts", starts), zone=zone)
    ends_at = wall_time.latest(wall=_wall("ends", ends), zone=zone)
    if ends_at <= since:
        raise _wrong("ends", "ends_before_start", _("The window must end after it begins."))
    if ends_at <= now:
        raise _wrong("ends", "in_the_past", _("The window would have ended already."))
    if (ends_at - since).days >= DAYS_MAX:
        detail = _("A window lasts at most %(max)s days. Turn the switch off for a longer pause.")
        raise _wrong("ends", "too_long", detail % {"max": DAYS_MAX})
    return Times(starts_local=starts, ends_local=ends, time_zone=time_zone, since=since, ends_at=ends_at)


def _wall(path: str, text: str) -> datetime:
    try:
        return wall_time.read(text=text)
    except ValueError as error:
        detail = _('Write date and time as "2026-12-24T18:00".')
        raise _wrong(path, "time_form", detail) from error


def _wrong(path: str, code: str, detail: str) -> InvalidError:
    return InvalidError(detail, errors=[FieldError(path=path, code=code, detail=detail)])


def _refuse_too_many(organization: Organization) -> None:
    if (
        Hold.objects.filter(organization=organization, kind=Hold.Kind.WINDOW, ended_at=None).count()
        >= OPEN_WINDOWS_MAX
    ):
        detail = _("There are %(max)s planned windows already. Cancel one first.") % {"max": OPEN_WINDOWS_MAX}
        raise ConflictError(detail, code="too_many_windows")


def _set_times(hold: Hold, times: Times) -> None:
    hold.starts_local, hold.ends_local, hold.time_zone = times.starts_local, times.ends_local, times.time_zone
    hold.since, hold.ends_at = times.since, times.ends_at


def _is_to_come(hold: Hold, now: datetime) -> bool:
    return hold.ends_at is not None and now < hold.ends_at


def _note(hold_id: int, organization_id: int, now: datetime) -> int:
    with transaction.atomic():
        organization = Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
        hold = Hold.objects.filter(pk=hold_id, ended_at=None).first()
        if hold is None:
            return 0
        rows = 0
        if hold.begun_at is None and hold.since <= now:
            hold.begun_at = now
            hold.save(update_fields=["begun_at"])
            holds.log(hold, organization, "window_began", hold.reason, SYSTEM, "", now)
            rows += 1
        if not _is_to_come(hold, now):
            holds.mark_ended(hold=hold, actor=SYSTEM, reason=_("Its time was over."), now=hold.ends_at or now)
            holds.log(hold, organization, "window_ended", hold.reason, SYSTEM, "", now)
            rows += 1
    return rows
