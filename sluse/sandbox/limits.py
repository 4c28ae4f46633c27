"""The limits of an accounting system, and a list of everyone who went beyond them."""

import time
from collections import deque
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

VIOLATIONS_KEPT = 10_000


@dataclass(slots=True, kw_only=True)
class Use:
    """Of one tenant: the times of its requests in the window, how many are inside now, and how many were at most."""

    times: deque[float] = field(default_factory=deque)
    inside: int = 0
    most: int = 0
    spent: int = 0

    def enter(self) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)

    def in_window(self, *, seconds: float, now: float) -> int:
        while self.times and self.times[0] <= now - seconds:
            self.times.popleft()
        return len(self.times)


@dataclass(slots=True, kw_only=True)
class Limits:
    """Each sandbox lists its own numbers, with the value each has from the start."""

    violations: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=VIOLATIONS_KEPT))
    used: dict[str, Use] = field(default_factory=dict)

    def note(self, *, tenant: str, limit: str, used: object) -> None:
        """Also for what the server itself lets pass, but nobody may do."""
        self.violations.append({"tenant": tenant, "limit": limit, "used": used, "at": time.time()})

    def change(self, values: dict[str, Any]) -> None:
        """Counting starts anew."""
        unknown = set(values) - set(self._from_the_start())
        if unknown:
            raise ValueError(f"There is no {min(unknown)} to change.")
        for name, value in values.items():
            setattr(self, name, value)
        self.violations.clear()
        self.used.clear()

    def reset(self) -> None:
        self.change(self._from_the_start())

    def _from_the_start(self) -> dict[str, Any]:
        return {number.name: number.default for number in fields(self) if number.default is not MISSING}
