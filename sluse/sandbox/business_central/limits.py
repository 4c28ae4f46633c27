"""The documented limits of one application in one tenant."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sluse.sandbox import limits
from sluse.sandbox.limits import Use


class ThrottledError(Exception):
    """429: too many requests in the window, or too many at once."""


@dataclass(slots=True, kw_only=True)
class Limits(limits.Limits):
    requests: int = 6_000
    window_seconds: float = 300.0
    concurrent: int = 5
    queued: int = 95
    free: dict[str, asyncio.Semaphore] = field(default_factory=dict)

    @asynccontextmanager
    async def place(self, *, tenant: str, weight: int) -> AsyncIterator[None]:
        """Waits in the queue for one of the concurrent places. Raises `ThrottledError`."""
        use = self.used.setdefault(tenant, Use())
        self._count(tenant, use, weight)
        use.enter()
        try:
            if use.inside > self.concurrent + self.queued:
                self._throttle(tenant, "concurrent", use.inside)
            async with self.free.setdefault(tenant, asyncio.Semaphore(self.concurrent)):
                yield
        finally:
            use.inside -= 1

    def change(self, values: dict[str, object]) -> None:
        limits.Limits.change(self, values)
        self.free.clear()

    def _count(self, tenant: str, use: Use, weight: int) -> None:
        now = time.monotonic()
        if (used := use.in_window(seconds=self.window_seconds, now=now) + weight) > self.requests:
            self._throttle(tenant, "requests", used)
        use.times.extend([now] * weight)

    def _throttle(self, tenant: str, limit: str, used: int) -> None:
        self.note(tenant=tenant, limit=limit, used=used)
        raise ThrottledError
