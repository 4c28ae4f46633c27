"""What came of the last days, one figure pair per local day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate

from sluse.organizations.models import Organization
from sluse.sync.models import Posting, Run

DAYS_SHOWN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """`failed` counts refusals: one posting that was refused twice that day counts twice."""

    date: date
    posted: int
    posted_ore: int
    failed: int


def days(*, organization: Organization, now: datetime, count: int = DAYS_SHOWN) -> list[Day]:
    """Oldest first, the days without anything too, in the organization's own zone."""
    zone = ZoneInfo(organization.time_zone)
    today = now.astimezone(zone).date()
    first = today - timedelta(days=count - 1)
    since = datetime.combine(first, time.min, tzinfo=zone)
    posted, failed = _posted(organization, since, zone), _failed(organization, since, zone)
    return [
        Day(
            date=day,
            posted=posted.get(day, (0, 0))[0],
            posted_ore=posted.get(day, (0, 0))[1],
            failed=failed.get(day, 0),
        )
        for day in (first + timedelta(days=number) for number in range(count))
    ]


def _posted(organization: Organization, since: datetime, zone: ZoneInfo) -> dict[date, tuple[int, int]]:
    rows = Posting.objects.filter(organization=organization, posted_at__gte=since)
    by_day = rows.annotate(day=TruncDate("posted_at", tzinfo=zone)).values("day").order_by("day")
    grouped = by_day.annotate(count=Count("*"), ore=Sum("total_ore"))
    return {row["day"]: (row["count"], row["ore"]) for row in grouped}


def _failed(organization: Organization, since: datetime, zone: ZoneInfo) -> dict[date, int]:
    rows = Run.objects.filter(organization=organization, finished_at__gte=since)
    by_day = rows.annotate(day=TruncDate("finished_at", tzinfo=zone)).values("day").order_by("day")
    return {row["day"]: row["count"] for row in by_day.annotate(count=Sum("failed"))}
