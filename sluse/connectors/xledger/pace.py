"""Requests are spread so that the burst limit is never met: Xledger lets a token ask twenty times in five seconds."""

import asyncio
import hashlib
import time
from collections import deque

REQUESTS_MAX = 16
"""A little below the limit: the clocks differ, and a connection test may ask at the same time."""
WINDOW_SECONDS = 5.5

_places: dict[str, deque[float]] = {}


async def wait(*, token: str) -> None:
    """Until one more request is well within the limit. Its place in time is taken at once."""
    key = hashlib.sha256(token.encode()).hexdigest()
    places = _places.setdefault(key, deque(maxlen=REQUESTS_MAX))
    now = time.monotonic()
    place = take(places=places, now=now)
    if place > now:
        await asyncio.sleep(place - now)


def take(*, places: deque[float], now: float) -> float:
    """When the request may leave: a window after the one that is as many requests back as fit into it."""
    is_full = len(places) == REQUESTS_MAX
    place = max(now, places[0] + WINDOW_SECONDS) if is_full else now
    places.append(place)
    return place
