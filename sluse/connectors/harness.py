"""What ties the conformance suite to one accounting system, and the tools its cases are written with."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sluse.connectors import base
from sluse.connectors.base import Chart, Connector, Permit, Stage
from sluse.vouchers.voucher import Voucher

ROUNDS_MAX = 3
"""A look-up and at most two more sends settle whatever one fault left behind."""


class Wrong(StrEnum):
    """What can be wrong with a connection from the start."""

    SECRET = "secret"  # noqa: S105 — a name, not a secret
    COMPANY = "company"
    ADDRESS = "address"  # nobody listens there


class Trouble(StrEnum):
    """What can go wrong with one request or its answer."""

    ANSWER_LOST = "answer_lost"  # executed; the connection breaks
    EXECUTED_LATE = "executed_late"  # the connection breaks; executed afterwards
    REQUEST_LOST = "request_lost"  # the connection breaks; never executed
    NO_ANSWER = "no_answer"
    SERVER_ERROR = "server_error"
    PAGE_FOR_PEOPLE = "page_for_people"  # 200 and HTML
    OTHER_SHAPE = "other_shape"  # 200 and other JSON
    TRUNCATED = "truncated"
    DRIP = "drip"  # each byte in time, all of them not
    HUGE = "huge"
    REDIRECT = "redirect"
    PARTIAL = "partial"  # a batch with too few answers
    THROTTLED = "throttled"
    REPEATING_PAGE = "repeating_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One voucher as the accounting system holds it."""

    reference: str
    total_ore: int
    is_posted: bool


class Harness(Protocol):
    """`writes` are the requests of one `post` that change something, in order, and `reads` those of one
    `find` and one `chart`: the places where trouble can be caused."""

    accepts: type[base.Posted] | type[base.Delivered]
    """How far a voucher comes by one `post` without trouble."""
    writes: tuple[str, ...]
    reads: tuple[str, ...]
    known: Chart

    def connect(self, *, permit: Permit, wrong: Wrong | None = None) -> Connector: ...
    def voucher(self, number: int) -> Voucher: ...
    def refused_voucher(self, number: int) -> Voucher: ...
    def cause(self, trouble: Trouble, *, at: str) -> None: ...
    def heal(self) -> None:
        """Ends all trouble, and waits until nothing is executed late any more."""

    def use_small_pages(self) -> None: ...
    def held(self) -> Sequence[Held]: ...
    def changes(self) -> int:
        """How many requests that can change something have reached the accounting system."""


class Gate:
    """A permit that counts how often it was asked, and says no from the `refuses_from`-th time on."""

    def __init__(self, *, refuses_from: int | None = None) -> None:
        self.asked = 0
        self._refuses_from = refuses_from

    async def __call__(self) -> None:
        self.asked += 1
        if self._refuses_from is not None and self.asked >= self._refuses_from:
            raise base.NotPermittedError("The switch is off.")


@asynccontextmanager
async def connected(
    harness: Harness, *, permit: Permit | None = None, wrong: Wrong | None = None
) -> AsyncIterator[Connector]:
    connector = harness.connect(permit=permit or Gate(), wrong=wrong)
    try:
        yield connector
    finally:
        await connector.close()


async def settle(connector: Connector, vouchers: Sequence[Voucher], *, stage: Stage = Stage.POSTED) -> None:
    """As the orchestrator does after the quarantine: look up, finish what is unfinished, send what is not
    there."""
    for _round in range(ROUNDS_MAX):
        found = await connector.find(vouchers)
        rest = [v for v in vouchers if not (v.reference in found and found[v.reference].stage is stage)]
        if not rest:
            return
        unfinished = {
            reference: there.receipt for reference, there in found.items() if there.stage is Stage.UNFINISHED
        }
        await connector.post(rest, unfinished=unfinished)
    raise AssertionError(f"Not settled after {ROUNDS_MAX} rounds: {rest}")
