"""What ties the conformance suite to one accounting system, and the tools its cases are written with."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
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


PROVABLY_NOTHING = {Trouble.THROTTLED}
"""After these the first request of a call is known not to have been executed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One voucher as the accounting system holds it."""

    reference: str
    total_ore: int
    is_posted: bool


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class HeldFile:
    """One receipt's file as the accounting system holds it, under the name that we gave it."""

    reference: str
    name: str
    sha256: str


class Harness(Protocol):
    """The places where trouble can be caused: `writes` are the requests of one `post` that change something, in order,
    `attaches` those of one `attach` with one file, and `reads` those of one `find`, one `chart` and one `scan`."""

    accepts: type[base.Posted] | type[base.Delivered]
    """How far a voucher comes by one `post` without trouble."""
    writes: tuple[str, ...]
    reads: tuple[str, ...]
    attaches: tuple[str, ...]
    known: Chart

    def connect(self, *, permit: Permit, wrong: Wrong | None = None) -> Connector: ...
    def voucher(self, number: int) -> Voucher: ...
    def refused_voucher(self, number: int) -> Voucher: ...
    def cause(self, trouble: Trouble, *, at: str) -> None: ...
    def heal(self) -> None:
        """Ends all trouble, and waits until nothing is executed late any more."""

    def use_small_pages(self) -> None: ...
    def refuse_files(self) -> None:
        """From now on no file is taken."""

    def post_there(self) -> None:
        """What the accounting system has taken into its staging is posted there, without us."""

    def held(self) -> Sequence[Held]: ...
    def files(self) -> Sequence[HeldFile]: ...
    def changes(self) -> int:
        """How many requests that can change something have reached the accounting system."""


Run = Callable[[Harness], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    name: str
    run: Run


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


async def must_raise(error: type[Exception], awaited: Awaitable[object]) -> None:
    answer: object = None
    try:
        answer = await awaited
    except error as raised:
        answer = raised
    assert isinstance(answer, error), f"{error.__name__} was expected, {answer!r} came."
    assert str(answer)


def must_be_one_of_each(harness: Harness, vouchers: Sequence[Voucher]) -> None:
    held = sorted(harness.held(), key=lambda one: one.reference)
    wanted = sorted(vouchers, key=lambda voucher: voucher.reference)
    is_posted = harness.accepts is base.Posted
    assert [(one.reference, one.total_ore, one.is_posted) for one in held] == [
        (voucher.reference, voucher.total_ore, is_posted) for voucher in wanted
    ]
