"""P1 to P5 after every step of lives made by chance: approvals, corrections, switches, faults, crashes, restores.

A campaign that never came to what it is about proves nothing: it must have reached each of `SOMETIMES`.
"""

import time
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from sluse.sandbox.remote import Remote
from tests.soak import figures
from tests.stateful.life import SOMETIMES, Life

LIVES, STEPS = 10, 25
ROUNDS_MAX = 6
"""Chance has not reached everything after one round; that it has not after six is no chance any more."""


@pytest.mark.journey
def test_the_promises_hold_whatever_happens(committed_database: None, erp: Remote) -> None:
    Life.erp, Life.reached, Life.counted = erp, Counter(), Counter()
    seconds = figures.seconds()
    try:
        for dice in _until_everything_was_reached() if seconds is None else _for(seconds):
            _live(dice)
    finally:
        figures.note(**{name: count for name, count in Life.counted.items() if name in figures.NAMES})
    assert _unreached() == set()


def _until_everything_was_reached() -> Iterator[int]:
    """The same dice each time."""
    for dice in range(ROUNDS_MAX):
        if dice == 0 or _unreached():
            yield dice


def _for(seconds: float) -> Iterator[int]:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        yield time.time_ns()


def _unreached() -> set[str]:
    return SOMETIMES - {name for name, count in Life.reached.items() if count}


def _live(dice: int) -> None:
    chosen = settings(
        max_examples=LIVES,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(dice)(Life), settings=chosen)
