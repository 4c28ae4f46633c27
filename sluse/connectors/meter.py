"""How many requests each organization's connector has made, by month: some accounting systems charge for them.

The door counts in memory, and whoever has let a connector work writes it down afterwards: one row a month and kind, one
statement each time.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.db import connection

from sluse import reach
from sluse.connectors.models import RequestMonth
from sluse.organizations.models import Organization

ADD = """
INSERT INTO connectors_requestmonth AS there (organization_id, kind, month, requests) VALUES (%s, %s, %s, %s)
ON CONFLICT (organization_id, kind, month) DO UPDATE SET requests = there.requests + EXCLUDED.requests
"""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Payer:
    organization_id: int
    kind: str


_payer: ContextVar[Payer | None] = ContextVar("payer", default=None)
_counted: Counter[tuple[Payer, datetime]] = Counter()
"""By the quarter of an hour, for no time zone's month begins within one."""
QUARTER_MINUTES = 15
_lock = threading.Lock()


@contextmanager
def paid_by(*, organization_id: int, kind: str) -> Iterator[None]:
    """Every door that is made within counts for this organization."""
    before = _payer.set(Payer(organization_id=organization_id, kind=kind))
    try:
        yield
    finally:
        _payer.reset(before)


def payer() -> Payer | None:
    return _payer.get()


def count(*, payer: Payer | None, at: datetime) -> None:
    if payer is None:
        return
    at = at.astimezone(UTC)
    quarter = at.replace(minute=at.minute // QUARTER_MINUTES * QUARTER_MINUTES, second=0, microsecond=0)
    with _lock:
        _counted[payer, quarter] += 1


@reach.platform()
def write() -> None:
    """What this process has counted since the last time, whoever's it is. What could not be written is written next time."""
    with _lock:
        counted = dict(_counted)
        _counted.clear()
    if not counted:
        return
    try:
        with connection.cursor() as cursor:
            cursor.executemany(ADD, _rows(counted))
    except Exception:
        # Whatever went wrong, the requests were made: they are not forgotten.
        with _lock:
            _counted.update(counted)
        raise


def this_month(*, organization: Organization, now: datetime) -> int:
    """Of the organization's own month, with whatever kinds it has had in it."""
    month = _month(now, organization.time_zone)
    rows = RequestMonth.objects.filter(organization=organization, month=month)
    return sum(rows.values_list("requests", flat=True))


def _rows(counted: dict[tuple[Payer, datetime], int]) -> list[tuple[int, str, date, int]]:
    zones = dict(
        Organization.objects.filter(
            pk__in={payer.organization_id for payer, _quarter in counted}
        ).values_list("pk", "time_zone")
    )
    months: Counter[tuple[int, str, date]] = Counter()
    for (payer, quarter), requests in counted.items():
        if payer.organization_id in zones:
            month = _month(quarter, zones[payer.organization_id])
            months[payer.organization_id, payer.kind, month] += requests
    return [(*key, requests) for key, requests in sorted(months.items())]


def _month(at: datetime, time_zone: str) -> date:
    return at.astimezone(ZoneInfo(time_zone)).date().replace(day=1)
