"""What the work at hand may see of the database: nothing, one organization, or the whole platform.

The second wall. Every query begins at an organization; should one forget to, PostgreSQL itself shows and takes no row of
another (`policies`). Whoever enters a door says how far it reaches, and the database is told before the next query (`base`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    organization_id: int | None = None
    is_platform: bool = False


NOTHING = Reach()
PLATFORM = Reach(is_platform=True)

_reach: ContextVar[Reach] = ContextVar("reach", default=NOTHING)


def current() -> Reach:
    return _reach.get()


def narrow(*, organization_id: int) -> None:
    """For the rest of the request or command: what was asked for is this organization's, and nothing else is needed."""
    _reach.set(Reach(organization_id=organization_id))


def widen() -> None:
    """For the rest of the request, after the person's right to the whole platform was seen."""
    _reach.set(PLATFORM)


@contextmanager
def nothing() -> Iterator[None]:
    with _within(NOTHING):
        yield


@contextmanager
def organization(*, organization_id: int) -> Iterator[None]:
    with _within(Reach(organization_id=organization_id)):
        yield


@contextmanager
def platform() -> Iterator[None]:
    """For what concerns everybody: who is asking, whose turn it is, what an operator does."""
    with _within(PLATFORM):
        yield


@contextmanager
def _within(reach: Reach) -> Iterator[None]:
    before = _reach.get()
    _reach.set(reach)
    try:
        yield
    finally:
        _reach.set(before)
