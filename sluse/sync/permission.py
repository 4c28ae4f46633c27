"""The gate of one slice: the lock held over each batch, and the question asked again before each request."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine

from django.utils import timezone
from django.utils.translation import gettext as _

from sluse.connectors.base import NotPermittedError
from sluse.gate import read
from sluse.gate.lock import Held, Locks
from sluse.sync.database import step
from sluse.sync.sending import End, Progress

WATCH_SECONDS = 1.0


class Permission:
    """`right` is the run lock: who lost it works on nobody's queue any more.

    `switch_version` is that of the settings the slice was prepared with: another one means that the switch was off in
    between, and that company and credentials may be others now.
    """

    def __init__(self, *, organization_id: int, switch_version: int, locks: Locks, right: Held) -> None:
        self._organization_id = organization_id
        self._switch_version = switch_version
        self._locks = locks
        self._right = right
        self._gate: Held | None = None
        self.was_refused = False

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[bool]:
        """Held from the last check to the recorded answer: whoever switches off waits for exactly this."""
        async with self._locks.gate(organization_id=self._organization_id) as held:
            self._gate = held
            try:
                yield await self._is_open()
            finally:
                self._gate = None

    async def watched(self, sending: Coroutine[None, None, Progress]) -> Progress:
        """Runs `sending` as long as the locks are held."""
        task, ended = asyncio.ensure_future(sending), asyncio.Event()
        watch = asyncio.ensure_future(self._watch(task, ended))
        try:
            return await task
        except asyncio.CancelledError:
            if not self.was_refused:
                raise
            return Progress(end=End.CLOSED)
        finally:
            ended.set()
            await watch

    async def ask(self) -> None:
        """Just before each request that changes something. Raises `NotPermittedError`."""
        if not await self._is_open():
            self.was_refused = True
            raise NotPermittedError(
                _("The switch was turned off, or its lock was lost, before this was sent.")
            )

    async def _is_open(self) -> bool:
        if not await self._hold_locks():
            return False
        decision = await step(read.decision, organization_id=self._organization_id, now=timezone.now())
        return decision.allowed and decision.version == self._switch_version

    async def _watch(self, sending: "asyncio.Future[Progress]", ended: asyncio.Event) -> None:
        """A lost lock is *off*: what is on its way is broken off, and looked up later like anything unclear."""
        while not ended.is_set():
            if not await self._hold_locks():
                self.was_refused = True
                sending.cancel()
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), WATCH_SECONDS)

    async def _hold_locks(self) -> bool:
        if self._gate is None or not await self._locks.still_hold(self._gate):
            return False
        return await self._locks.still_hold(self._right)


class ReadOnly:
    """For a look that a person asks for, whatever the switch says: nothing that changes anything gets through."""

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[bool]:
        yield True

    async def ask(self) -> None:
        raise NotPermittedError(_("A look-up changes nothing."))
