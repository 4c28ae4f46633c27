"""From the clock on the wall to an instant, also on the nights when the clock is changed. Pure."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

FORM = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")


def read(*, text: str) -> datetime:
    """`2026-12-24T18:00`, without an offset: the zone is said apart. Raises `ValueError`."""
    if not FORM.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def earliest(*, wall: datetime, zone: ZoneInfo) -> datetime:
    return min(_meanings(wall, zone))


def latest(*, wall: datetime, zone: ZoneInfo) -> datetime:
    return max(_meanings(wall, zone))


def _meanings(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """A time that exists twice, or not at all, can mean two instants. Whoever closes takes the first of them for the
    beginning and the last for the end: closed too long is safe."""
    return [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
