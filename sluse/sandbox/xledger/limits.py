"""The limits of one token: bursts, credits, requests at once. Whoever goes beyond them is listed."""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

VIOLATIONS_KEPT = 10_000
NAMES = ("burst", "burst_seconds", "credits", "concurrent")
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
class _Use:
    times: deque[float] = field(default_factory=deque)
    spent: int = 0
    inside: int = 0


@dataclass(slots=True, kw_only=True)
class Limits:
    """`burst` requests in `burst_seconds`; one request costs one of `credits`, which are for all time here."""

    burst: int = 20
    burst_seconds: float = 5.0
    credits: int = 10_000
    concurrent: int = 5
    violations: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=VIOLATIONS_KEPT))
    used: dict[str, _Use] = field(default_factory=dict)

    @contextmanager
    def place(self, *, tenant: str) -> Iterator[None]:
        """Raises `LimitError`; such a request is not executed."""
        use = self.used.setdefault(tenant, _Use())
        self._count(tenant, use)
        use.inside += 1
        try:
            if use.inside > self.concurrent:
                self._refuse(tenant, "concurrent", use.inside)
            yield
        finally:
            use.inside -= 1

    def note(self, *, tenant: str, limit: str, used: object) -> None:
        """Also for what the server itself lets pass, but nobody may do."""
        self.violations.append({"tenant": tenant, "limit": limit, "used": used, "at": time.time()})

    def change(self, values: dict[str, Any]) -> None:
        for name in NAMES:
            setattr(self, name, values.get(name, getattr(self, name)))
        self.violations.clear()
        self.used.clear()

    def _count(self, tenant: str, use: _Use) -> None:
        now = time.monotonic()
        while use.times and use.times[0] <= now - self.burst_seconds:
            use.times.popleft()
        if len(use.times) >= self.burst:
            self._refuse(tenant, "burst", len(use.times) + 1)
        if use.spent >= self.credits:
            self._refuse(tenant, "credits", use.spent + 1)
        use.times.append(now)
        use.spent += 1

    def _refuse(self, tenant: str, limit: str, used: int) -> None:
        self.note(tenant=tenant, limit=limit, used=used)
        raise LimitError(limit)
