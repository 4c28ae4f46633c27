"""Requests are spread so that no limit of an accounting system is ever met, whoever of us asks: each worker process, a
connection test, a comparison, a probe.

All of them share one row for each token or application. A request takes its place in it, in a short transaction of its
own, before it leaves. A process that cannot have its place there keeps to a small part of the limit by itself.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from django.db import Error, close_old_connections, connection, transaction
from django.utils.crypto import salted_hmac

from sluse.connectors.models import Pace

ALONE_PART = 8
"""What a process without the row keeps to. Two of them and what was just taken are still within Xledger's limit."""
GRAINS = 100
"""Places nearer than this part of a window are kept as one, so that the row stays small."""
AHEAD_WINDOWS = 4
"""Nobody queues for longer: places beyond were taken before the database's clock was set back."""
LOCK_SECONDS_MAX = 2
ANSWER_SECONDS_MAX = 5.0
THREADS = 2

Place = tuple[float, float, int]
"""Operations that leave close together: when the first of them leaves, when the last, and how many they are."""

logger = logging.getLogger(__name__)
_threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="pace")
_alone: dict[str, list[Place]] = {}
_rooms: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Semaphore]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What we allow ourselves of an accounting system's own limit. `window_seconds` is a little longer than theirs, because
    a request is some time under way. `at_once_max` is for one process: an organization has one run at a time."""

    system: str
    operations_max: int
    window_seconds: float
    at_once_max: int


class CrowdedError(Exception):
    """The row holds more than anybody of us can have asked for."""


@asynccontextmanager
async def place(*, limit: Limit, user: str, operations: int = 1) -> AsyncIterator[None]:
    """Waits until so many operations of this token or application are well within the limit."""
    key = salted_hmac(f"sluse.pace.{limit.system}", user, algorithm="sha256").hexdigest()
    rooms = _rooms.setdefault(asyncio.get_running_loop(), {})
    async with rooms.setdefault(key, asyncio.Semaphore(limit.at_once_max)):
        seconds = await _seconds_to_wait(limit, key, operations)
        if seconds > 0:
            await asyncio.sleep(seconds)
        yield


async def _seconds_to_wait(limit: Limit, key: str, operations: int) -> float:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            return await loop.run_in_executor(_threads, shared_seconds, limit, key, operations)
    except (Error, TimeoutError, CrowdedError) as error:
        logger.warning("Pacing %s without the other processes: %s", limit.system, error)
        part = replace(limit, operations_max=max(1, limit.operations_max // ALONE_PART))
        return alone_seconds(part, key, operations)


def shared_seconds(limit: Limit, key: str, operations: int) -> float:
    """By the database's clock, which is everybody's, read once nobody else can take a place."""
    try:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{LOCK_SECONDS_MAX}s"])
            Pace.objects.bulk_create([Pace(key=key)], ignore_conflicts=True)
            row = Pace.objects.select_for_update().get(pk=key)
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
            [now] = cursor.fetchone()
            leaves_at, row.places = take(places=row.places, limit=limit, operations=operations, now=now)
            if leaves_at - now > AHEAD_WINDOWS * limit.window_seconds:
                raise CrowdedError("Its places reach too far ahead.")
            row.save(update_fields=["places"])
        return float(leaves_at - now)
    finally:
        close_old_connections()


def alone_seconds(limit: Limit, key: str, operations: int) -> float:
    now = time.monotonic()
    leaves_at, _alone[key] = take(places=_alone.get(key, []), limit=limit, operations=operations, now=now)
    return leaves_at - now


def take(*, places: Sequence[Place], limit: Limit, operations: int, now: float) -> tuple[float, list[Place]]:
    """When they may leave, and the places with theirs: as soon as enough of the earlier ones are a whole window ago,
    and never before somebody who came first."""
    window = limit.window_seconds
    kept = [place for place in places if place[1] > now - window]
    leaves_at = max(now, kept[-1][1] if kept else now)
    used = sum(count for _first, _last, count in kept)
    for _first, last, count in kept:
        if used + operations <= limit.operations_max:
            break
        used -= count
        leaves_at = max(leaves_at, last + window)
    return leaves_at, _joined(kept, leaves_at, operations, window / GRAINS)


def _joined(places: list[Place], leaves_at: float, operations: int, grain: float) -> list[Place]:
    """What is kept as one counts until the last of it is a window ago."""
    if places and leaves_at - places[-1][0] <= grain:
        first, _last, count = places[-1]
        return [*places[:-1], (first, leaves_at, count + operations)]
    return [*places, (leaves_at, leaves_at, operations)]
