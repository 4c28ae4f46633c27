"""The last days as bars: where each begins and how high it stands, in the units of a drawing of fixed size."""

from collections.abc import Sequence
from dataclasses import dataclass

from sluse.sync.activity import Day

WIDTH, HEIGHT = 600, 120
GAP = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A day's refusals stand on top of what was posted."""

    day: Day
    x: float
    width: float
    posted_y: float
    posted_height: float
    failed_y: float
    failed_height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    bars: list[Bar]
    highest: int
    posted: int
    posted_ore: int
    failed: int


def of(days: Sequence[Day]) -> Chart:
    highest = max((day.posted + day.failed for day in days), default=0)
    return Chart(
        bars=[_bar(place, day, len(days), highest) for place, day in enumerate(days)],
        highest=highest,
        posted=sum(day.posted for day in days),
        posted_ore=sum(day.posted_ore for day in days),
        failed=sum(day.failed for day in days),
    )


def _bar(place: int, day: Day, count: int, highest: int) -> Bar:
    step = WIDTH / count
    posted, failed = (_height(value, highest) for value in (day.posted, day.failed))
    return Bar(
        day=day,
        x=round(place * step + GAP / 2, 1),
        width=round(step - GAP, 1),
        posted_y=round(HEIGHT - posted, 1),
        posted_height=posted,
        failed_y=round(HEIGHT - posted - failed, 1),
        failed_height=failed,
    )


def _height(value: int, highest: int) -> float:
    """One of a thousand is still seen."""
    return max(round(value / highest * HEIGHT, 1), 2.0) if value else 0.0
