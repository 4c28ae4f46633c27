"""How long Xledger wants us to wait, by what it says. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sluse.connectors.xledger.classify import Error

SECONDS = {
    "BAD_REQUEST.BURST_RATE_LIMIT_REACHED": 5,
    "BAD_REQUEST.CONCURRENCY_LIMIT_REACHED": 1,
    "BAD_REQUEST.INSUFFICIENT_CREDITS": 20 * 60,
}
RESET_AFTER_MAX = timedelta(hours=24)
"""Credits are said to come back once a day; whoever says later than that does not silence us for longer."""
ZONE = ZoneInfo("Europe/Oslo")
"""Xledger writes Norwegian wall time without an offset. In the hour that comes twice we take the later one."""


def seconds(*, errors: Sequence[Error], now: datetime) -> int:
    return max(_seconds(error, now) for error in errors)


def _seconds(error: Error, now: datetime) -> int:
    known = SECONDS.get(error.code, 1)
    try:
        reset_at = datetime.fromisoformat(error.reset_at)
    except ValueError:
        return known
    if reset_at.tzinfo is None:
        reset_at = reset_at.replace(tzinfo=ZONE, fold=1)
    return max(1, round(min(reset_at - now, RESET_AFTER_MAX).total_seconds()))
