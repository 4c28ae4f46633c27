"""What reached the sandbox: every request from the moment it began, so that tests can ask."""

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

REQUESTS_KEPT = 50_000
HEADERS_KEPT = (
    "isolation",
    "prefer",
    "data-access-intent",
    "accept-language",
    "if-match",
    "x-correlation-id",
)


@dataclass(slots=True, kw_only=True)
class Recorded:
    """Times are seconds of the wall clock. `changes` is true when an operation of it would change
    something."""

    number: int
    started_at: float
    tenant: str
    method: str
    path: str
    changes: bool
    operations: list[str]
    headers: dict[str, str]
    finished_at: float | None = None
    status: int | None = None
    fault: str = ""

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True, kw_only=True)
class Counts:
    requests: int = 0
    tokens: int = 0
    changes: int = 0


@dataclass(slots=True, kw_only=True)
class Record:
    kept: deque[Recorded] = field(default_factory=lambda: deque(maxlen=REQUESTS_KEPT))
    counts: dict[str, Counts] = field(default_factory=dict)
    started: int = 0

    def start(
        self,
        *,
        tenant: str,
        method: str,
        path: str,
        changes: bool,
        operations: list[str],
        headers: dict[str, str],
    ) -> Recorded:
        self.started += 1
        entry = Recorded(
            number=self.started,
            started_at=time.time(),
            tenant=tenant,
            method=method,
            path=path,
            changes=changes,
            operations=operations,
            headers={name: headers[name] for name in HEADERS_KEPT if name in headers},
        )
        self.kept.append(entry)
        counts = self.counts.setdefault(tenant, Counts())
        counts.requests += 1
        counts.tokens += path.endswith("/token")
        counts.changes += changes
        return entry

    @staticmethod
    def finish(entry: Recorded, *, status: int | None) -> None:
        entry.finished_at, entry.status = time.time(), status

    def of(self, *, tenant: str = "", since: int = 0, changes_only: bool = False) -> list[Recorded]:
        return [
            entry
            for entry in self.kept
            if entry.number > since
            and (not tenant or entry.tenant == tenant.lower())
            and (entry.changes or not changes_only)
        ]

    def counts_of(self, *, tenant: str) -> Counts:
        return self.counts.get(tenant, Counts())

    def forget(self, *, tenant: str = "") -> None:
        if not tenant:
            self.kept.clear()
            self.counts.clear()
            return
        self.kept = deque((e for e in self.kept if e.tenant != tenant.lower()), maxlen=REQUESTS_KEPT)
        self.counts.pop(tenant.lower(), None)
