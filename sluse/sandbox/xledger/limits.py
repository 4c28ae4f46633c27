"""The limits of one token: bursts, credits, requests at once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sluse.sandbox import limits
from sluse.sandbox.limits import Use

CODES = {
    "burst": "BAD_REQUEST.BURST_RATE_LIMIT_REACHED",
    "credits": "BAD_REQUEST.INSUFFICIENT_CREDITS",
    "concurrent": "BAD_REQUEST.CONCURRENCY_LIMIT_REACHED",
}


class LimitError(Exception):
    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.code = CODES[limit]


@dataclass(slots=True, kw_only=True)
class Limits(limits.Limits):
    """`burst` requests in `burst_seconds`; one request costs one of `credits`, which are for all time here; `reset_at`
    is when they are said to come back."""

    burst: int = 20
    burst_seconds: float = 5.0
    credits: int = 10_000
    concurrent: int = 5
    reset_at: str = "2026-11-21T06:00:00"

    @contextmanager
    def place(self, *, tenant: str) -> Iterator[None]:
        """Raises `LimitError`; such a request is not executed."""
        use = self.used.setdefault(tenant, Use())
        self._count(tenant, use)
        use.enter()
        try:
            if use.inside > self.concurrent:
                self._refuse(tenant, "concurrent", use.inside)
            yield
        finally:
            use.inside -= 1

    def _count(self, tenant: str, use: Use) -> None:
        now = time.monotonic()
        if (used := use.in_window(seconds=self.burst_seconds, now=now) + 1) > self.burst:
            self._refuse(tenant, "burst", used)
        if use.spent >= self.credits:
            self._refuse(tenant, "credits", use.spent + 1)
        use.times.append(now)
        use.spent += 1

    def _refuse(self, tenant: str, limit: str, used: int) -> None:
        self.note(tenant=tenant, limit=limit, used=used)
        raise LimitError(limit)
