"""Clock on the wall to instants, on ordinary days and on the two nights when it is changed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sluse.gate import wall_time

OSLO = ZoneInfo("Europe/Oslo")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "earliest", "latest"),
    [
        ("2026-12-24T18:00", "2026-12-24T17:00", "2026-12-24T17:00"),
        ("2026-07-01T18:00", "2026-07-01T16:00", "2026-07-01T16:00"),
        ("2026-10-25T02:30", "2026-10-25T00:30", "2026-10-25T01:30"),  # is twice
        ("2026-03-29T02:30", "2026-03-29T00:30", "2026-03-29T01:30"),  # is never
    ],
)
def test_closed_too_long_is_safe(wall: str, earliest: str, latest: str) -> None:
    read = wall_time.read(text=wall)
    assert wall_time.earliest(wall=read, zone=OSLO) == utc(earliest)
    assert wall_time.latest(wall=read, zone=OSLO) == utc(latest)


@pytest.mark.parametrize(
    "text", ["", "2026-12-24", "2026-12-24T18:00Z", "2026-13-01T00:00", "9999-12-31T23:00", "tonight"]
)
def test_anything_else_is_no_time_on_a_wall(text: str) -> None:
    with pytest.raises(ValueError):
        wall_time.read(text=text)
