"""The locks of one worker process, all on one direct connection, so that they vanish with the process.

Advisory locks of the session, tried and never waited for: a waiting exclusive request already refuses every new shared one,
and a wait would stop the organizations that share the connection. A lost connection has lost its locks: that means *off*.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psycopg

GATE_CLASS = 7001
"""Shared by everyone who sends for an organization; exclusive for whoever switches it off."""
RUN_CLASS = 7002
"""Exclusive for the one worker that works on an organization's queue."""
PLATFORM_CLASS = 7003
"""Exclusive for whoever stops the platform or lets it go on."""

ANSWER_SECONDS_MAX = 5.0
"""A server that does not say within this that a lock is held is taken to have lost it."""

TRY_SHARED = "SELECT pg_try_advisory_lock_shared(%s, %s)"
TRY_EXCLUSIVE = "SELECT pg_try_advisory_lock(%s, %s)"
UNLOCK_SHARED = "SELECT pg_advisory_unlock_shared(%s, %s)"
UNLOCK_EXCLUSIVE = "SELECT pg_advisory_unlock(%s, %s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A lock of one session; worth nothing once that session is gone."""

    session: int
    organization_id: int


class Locks:
    def __init__(self, *, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: psycopg.AsyncConnection[tuple[bool]] | None = None
        self._connecting = asyncio.Lock()
        self._running: set[int] = set()

    @asynccontextmanager
    async def run(self, *, organization_id: int) -> AsyncIterator[Held | None]:
        """The right to work on an organization's queue, or None while another worker has it.

        A session may take its own advisory lock twice, so this process also keeps its own list.
        """
        if organization_id in self._running:
            yield None
            return
        self._running.add(organization_id)
        try:
            async with self._lock(TRY_EXCLUSIVE, UNLOCK_EXCLUSIVE, RUN_CLASS, organization_id) as held:
                yield held
        finally:
            self._running.discard(organization_id)

    @asynccontextmanager
    async def gate(self, *, organization_id: int) -> AsyncIterator[Held | None]:
        """The right to send for an organization, or None while it is being switched off."""
        async with self._lock(TRY_SHARED, UNLOCK_SHARED, GATE_CLASS, organization_id) as held:
            yield held

    async def still_hold(self, held: Held) -> bool:
        """Asks the server, since a dead connection is noticed only when it is used."""
        connection = self._connection
        if connection is None or connection.closed or held.session != connection.info.backend_pid:
            return False
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                await connection.execute("SELECT 1")
        except (psycopg.Error, TimeoutError):
            # Else it might hold locks that nobody here believes in any more, and that nobody gives back.
            await connection.close()
            return False
        return True

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    @asynccontextmanager
    async def _lock(
        self, take: str, give: str, lock_class: int, organization_id: int
    ) -> AsyncIterator[Held | None]:
        held = await self._try(take, lock_class, organization_id)
        try:
            yield held
        finally:
            if held is not None and await self.still_hold(held):
                await self._give_back(give, lock_class, organization_id)

    async def _try(self, take: str, lock_class: int, organization_id: int) -> Held | None:
        connection = await self._connected()
        cursor = await connection.execute(take, [lock_class, organization_id])
        row = await cursor.fetchone()
        if row is None or not row[0]:
            return None
        return Held(session=connection.info.backend_pid, organization_id=organization_id)

    async def _give_back(self, give: str, lock_class: int, organization_id: int) -> None:
        """What cannot be given back in time goes with its connection."""
        connection = self._connection
        assert connection is not None
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                await connection.execute(give, [lock_class, organization_id])
        except (psycopg.Error, TimeoutError):
            await connection.close()

    async def _connected(self) -> psycopg.AsyncConnection[tuple[bool]]:
        async with self._connecting:
            if self._connection is None or self._connection.closed:
                self._connection = await psycopg.AsyncConnection.connect(
                    self._conninfo, autocommit=True, application_name="sluse-locks"
                )
            return self._connection
