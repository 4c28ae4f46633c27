"""The documented limits of one application in one tenant, and a list of everyone who went beyond them."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

VIOLATIONS_KEPT = 10_000


class ThrottledError(Exception):
    """429: too many requests in the window, or too many at once."""


@dataclass(slots=True, kw_only=True)
class _Use:
    """The times of the requests in the window, and how many are running or waiting now."""

    times: deque[float] = field(default_factory=deque)
    inside: int = 0
    most: int = 0
    free: asyncio.Semaphore


@dataclass(slots=True, kw_only=True)
class Limits:
    requests: int = 6_000
    window_seconds: float = 300.0
    concurrent: int = 5
    queued: int = 95
    violations: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=VIOLATIONS_KEPT))
    used: dict[str, _Use] = field(default_factory=dict)

    @asynccontextmanager
    async def place(self, *, tenant: str, weight: int) -> AsyncIterator[None]:
        """Waits in the queue for one of the concurrent places. Raises `ThrottledError`."""
        use = self.used.setdefault(tenant, _Use(free=asyncio.Semaphore(self.concurrent)))
        self._count(tenant, use, weight)
        use.inside += 1
        use.most = max(use.most, use.inside)
        try:
            if use.inside > self.concurrent + self.queued:
                self._throttle(tenant, "concurrent", use.inside)
            async with use.free:
                yield
        finally:
            use.inside -= 1

    def change(self, values: dict[str, Any]) -> None:
        for name in ("requests", "window_seconds", "concurrent", "queued"):
            setattr(self, name, values.get(name, getattr(self, name)))
        self.forget()

    def forget(self) -> None:
        self.violations.clear()
        self.used.clear()

    def _count(self, tenant: str, use: _Use, weight: int) -> None:
        now = time.monotonic()
        while use.times and use.times[0] <= now - self.window_seconds:
            use.times.popleft()
        if len(use.times) + weight > self.requests:
            self._throttle(tenant, "requests", len(use.times) + weight)
        use.times.extend([now] * weight)

    def _throttle(self, tenant: str, limit: str, used: int) -> None:
        self.violations.append({"tenant": tenant, "limit": limit, "used": used, "at": time.time()})
        raise ThrottledError
