"""When scheduled runs are due: cron text in the organization's own zone, right across both nights the clock is changed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from croniter import CroniterError, croniter
from django.db import transaction
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.organizations.errors import FieldError, InvalidError
from sluse.organizations.models import Organization
from sluse.sync.models import Schedule

CRON_FIELDS = 5
UPCOMING_SHOWN = 5


def get(*, organization: Organization, now: datetime) -> Schedule:
    """Every organization has one; the default is every night at two."""
    schedule, _created = Schedule.objects.get_or_create(organization=organization)
    if schedule.is_active and schedule.next_run_at is None:
        rest(schedule=schedule, organization=organization, now=now)
    return schedule


def save(*, organization: Organization, cron: str, is_active: bool, actor: Actor, now: datetime) -> Schedule:
    cron = " ".join(cron.split())
    _check(cron)
    with transaction.atomic():
        schedule, _created = Schedule.objects.select_for_update().get_or_create(organization=organization)
        if (schedule.cron, schedule.is_active) == (cron, is_active) and schedule.next_run_at:
            return schedule
        schedule.cron, schedule.is_active, schedule.changed_at = cron, is_active, now
        schedule.next_run_at = next_run(cron=cron, zone=ZoneInfo(organization.time_zone), after=now)
        schedule.save(update_fields=["cron", "is_active", "changed_at", "next_run_at"])
        record.record(
            record.NewEntry(
                organization_id=organization.pk,
                organization_slug=organization.slug,
                type=Type.SCHEDULE,
                actor=actor,
                at=now,
                new_state="active" if is_active else "inactive",
                details={"cron": cron, "time_zone": organization.time_zone},
            )
        )
    return schedule


def rest(*, schedule: Schedule, organization: Organization, now: datetime) -> None:
    """On to the next time that lies ahead: one that went by is not made up for."""
    schedule.next_run_at = next_run(cron=schedule.cron, zone=ZoneInfo(organization.time_zone), after=now)
    schedule.save(update_fields=["next_run_at"])


def skip_missed(*, organization: Organization, now: datetime) -> None:
    """Before a switch is turned on: a time that passed while it was off must not send the backlog now."""
    schedule = get(organization=organization, now=now)
    if schedule.next_run_at is not None and schedule.next_run_at <= now:
        rest(schedule=schedule, organization=organization, now=now)


def upcoming(
    *, schedule: Schedule, organization: Organization, now: datetime, count: int = UPCOMING_SHOWN
) -> list[datetime]:
    if not schedule.is_active:
        return []
    times = occurrences(cron=schedule.cron, zone=ZoneInfo(organization.time_zone), after=now)
    return list(islice(times, count))


def next_run(*, cron: str, zone: ZoneInfo, after: datetime) -> datetime:
    return next(occurrences(cron=cron, zone=zone, after=after))


def occurrences(*, cron: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Local wall times made instants. A time that does not exist runs an hour later, one that exists twice runs once,
    the first time."""
    local = croniter(cron, after.astimezone(zone).replace(tzinfo=None))
    last = after
    while True:
        instant = local.get_next(datetime).replace(tzinfo=zone, fold=0).astimezone(UTC)
        if instant > last:
            last = instant
            yield instant


def _check(cron: str) -> None:
    try:
        valid = len(cron.split()) == CRON_FIELDS and croniter(cron).get_next() is not None
    except (CroniterError, ValueError, KeyError):
        valid = False
    if not valid:
        detail = _("Write five fields: minute, hour, day, month, weekday. 0 2 * * * is every night at 02:00.")
        raise InvalidError(detail, errors=[FieldError(path="cron", code="cron_form", detail=detail)])
