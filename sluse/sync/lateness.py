"""Is a run missing? Pure: only a time that was due can have been missed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sluse.sync import schedule

LATE_AFTER = timedelta(hours=24)


def is_recent(*, ended_at: datetime | None, now: datetime) -> bool:
    """Whatever was due before a run that ended then, none can be a day late."""
    return ended_at is not None and ended_at >= now - LATE_AFTER


def is_late(
    *, cron: str, zone: ZoneInfo, run_ended_at: datetime | None, due_from: datetime, now: datetime
) -> bool:
    """A scheduled time went by a day ago or more, and no run has ended since. `due_from` is when runs began to be due: times
    before the switch was turned on, the last hold ended or the schedule was chosen were nobody's to keep."""
    after = max(run_ended_at or due_from, due_from)
    latest = now - LATE_AFTER
    if after >= latest:
        # Nothing later can be a day back. Cron is read for the few that are left, not for thousands.
        return False
    return schedule.next_run(cron=cron, zone=zone, after=after) <= latest
