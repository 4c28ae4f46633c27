"""What an accounting system said that belongs to none of our vouchers, handed to whoever asked: nobody loses it.

A connector notes it while it looks something up; who wants to know collects. The key is the accounting system's own,
the same each time it says so again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`words` are the accounting system's own, already cut."""

    key: str
    words: str


_collecting: ContextVar[list[Notice] | None] = ContextVar("notices", default=None)


@contextmanager
def collected() -> Iterator[list[Notice]]:
    notices: list[Notice] = []
    before = _collecting.set(notices)
    try:
        yield notices
    finally:
        _collecting.reset(before)


def note(notice: Notice) -> None:
    notices = _collecting.get()
    if notices is not None:
        notices.append(notice)
