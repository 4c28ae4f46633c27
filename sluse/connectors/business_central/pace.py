"""Operations are spread so that no limit is ever met: an application may ask 6,000 times in five minutes, five at once.

Whether a batch counts once or for each of its operations is not documented: each is counted. A fifth of the limit is
used, because others may share the application's user.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

OPERATIONS_MAX = 6_000 // 5
WINDOW_SECONDS = 301.0
"""A little longer than theirs: the clocks differ."""
AT_ONCE_MAX = 4

Places = deque[tuple[float, int]]
"""When operations leave, and how many at a time."""

_places: dict[str, Places] = {}
_rooms: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Semaphore]] = WeakKeyDictionary()


@asynccontextmanager
async def place(*, user: str, operations: int) -> AsyncIterator[None]:
    """Waits until as many operations of this user are well within the limits. Their place in time is taken at once."""
    rooms = _rooms.setdefault(asyncio.get_running_loop(), {})
    async with rooms.setdefault(user, asyncio.Semaphore(AT_ONCE_MAX)):
        now = time.monotonic()
        leaves_at = take(places=_places.setdefault(user, deque()), operations=operations, now=now)
        if leaves_at > now:
            await asyncio.sleep(leaves_at - now)
        yield


def take(*, places: Places, operations: int, now: float) -> float:
    """When they may leave: as soon as enough of the earlier ones are a whole window ago."""
    while places and places[0][0] <= now - WINDOW_SECONDS:
        places.popleft()
    leaves_at = max(now, places[-1][0] if places else now)
    used = sum(count for _at, count in places)
    for at, count in places:
        if used + operations <= OPERATIONS_MAX:
            break
        used -= count
        leaves_at = max(leaves_at, at + WINDOW_SECONDS)
    places.append((leaves_at, operations))
    return leaves_at
