"""Ctrl-C and its kin: the first lets everything stop in order, the second ends patience."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StoppedError(Exception):
    """We were asked to stop."""


class Interruption:
    def __init__(self) -> None:
        self._count = 0

    @property
    def is_impatient(self) -> bool:
        return self._count > 1

    def handle(self, _number: int, _frame: FrameType | None) -> None:
        self._count += 1
        if self._count == 1:
            raise StoppedError


@contextmanager
def watch() -> Iterator[Interruption]:
    interruption = Interruption()
    before = [(number, signal.signal(number, interruption.handle)) for number in SIGNALS]
    try:
        yield interruption
    finally:
        for number, handler in before:
            signal.signal(number, handler)
