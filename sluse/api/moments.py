"""From and to in an address: an instant, or a whole day of the organization's own."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from sluse.organizations.errors import FieldError, InvalidError

PLUS_READ_AS_BLANK = re.compile(r" (?=\d\d:?\d\d$)")
"""A plus sign in an address means a blank, and few callers escape it."""


def since(*, text: str, zone: ZoneInfo) -> datetime | None:
    return _instant(text, "from", zone, days=0)


def until(*, text: str, zone: ZoneInfo) -> datetime | None:
    """The first moment that is no longer meant: a day is meant whole."""
    return _instant(text, "to", zone, days=1)


def _instant(text: str, name: str, zone: ZoneInfo, *, days: int) -> datetime | None:
    if not text:
        return None
    try:
        if len(text) == len("2026-11-03"):
            return datetime.combine(date.fromisoformat(text) + timedelta(days=days), time.min, tzinfo=zone)
        instant = datetime.fromisoformat(PLUS_READ_AS_BLANK.sub("+", text))
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)  # Refuses what then lies outside the calendar.
    except (ValueError, OverflowError):
        pass
    detail = _('Write a time with its offset, as "2026-11-05T10:00:00+01:00", or a day, as "2026-11-05".')
    raise InvalidError(detail, errors=[FieldError(path=name, code="time_form", detail=detail)])
