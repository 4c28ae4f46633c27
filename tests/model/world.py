"""The world of one posting as values: our database, two workers, the wire and the accounting system."""

from enum import Enum, StrEnum
from typing import NamedTuple

WORKERS = (0, 1)
REQUESTS_ON_THE_WIRE_MAX = 2


class Switch(StrEnum):
    ENABLED = "enabled"
    DISABLING = "disabling"
    DISABLED = "disabled"


class State(StrEnum):
    """Of the posting. `RESTED` is an unknown one whose quarantine is over."""

    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    RESTED = "rested"
    POSTED = "posted"


class At(Enum):
    """How far a worker has come in `orchestrator.run_slice`."""

    IDLE = "idle"
    RUN = "has the run lock"
    PREPARED = "prepared"
    CLAIMED = "claimed"
    OPEN = "has the gate"
    INTENT = "intent committed"
    NOT_THERE = "looked up, not there"
    FOUND = "looked up, there"
    ASKED = "asked"
    SENT = "sent"
    ANSWERED = "answered"
    RECORDED = "recorded"


class Worker(NamedTuple):
    """`doubtful`: it claimed an unknown posting. `stale`: the switch was off since it prepared, settings may be others.

    `has_session`: the connection that its locks live on is alive, as far as the server knows.
    """

    at: At = At.IDLE
    doubtful: bool = False
    stale: bool = False
    has_session: bool = True


class World(NamedTuple):
    """`wire`: requests that were sent and may still be carried out. `seen`: vouchers that a look-up finds.

    `crimes`: what must never be, noted by the transition that does it.
    """

    switch: Switch = Switch.ENABLED
    state: State = State.PENDING
    workers: tuple[Worker, Worker] = (Worker(), Worker())
    run_lock: int | None = None
    gate: frozenset[int] = frozenset()
    wire: int = 0
    vouchers: int = 0
    seen: int = 0
    crashes_left: int = 2
    restores_left: int = 0
    crimes: frozenset[str] = frozenset()

    def with_worker(self, number: int, worker: Worker) -> "World":
        first, second = self.workers
        return self._replace(workers=(worker, second) if number == 0 else (first, worker))

    def moved(self, number: int, at: At) -> "World":
        return self.with_worker(number, self.workers[number]._replace(at=at))

    def guilty(self, crime: str) -> "World":
        return self._replace(crimes=self.crimes | {crime})
