"""P2, P3, P5: whatever moment a worker dies at, each reimbursement becomes one voucher, to the øre.

The short form tries every send and a part of the commits for each accounting system; `make soak` tries them all.
"""

import random
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from sluse.up.postgres import Server
from tests.crash import kinds
from tests.crash.campaign import Campaign, campaign
from tests.crash.kinds import Kind
from tests.crash.points import How
from tests.soak import figures

EVERY = {How.KILL: 6, How.PAUSE: 17, How.DATABASE: 30, How.CUT: 17}
"""Of the points, the short form tries every so manieth."""
TOGETHER = 5
FEWEST = 24
"""Recovery, run, intent, sign-in, send, result and end of the run, before and after: fewer were not all of them."""


@pytest.mark.journey
@pytest.mark.parametrize("kind", kinds.KINDS, ids=lambda kind: kind.name)
def test_each_reimbursement_is_one_voucher_wherever_its_worker_dies(
    kind: Kind,
    committed_database: None,
    process_environment: dict[str, str],
    tmp_path: Path,
    database_server: Server,
) -> None:
    first = kinds.KINDS.index(kind)
    with campaign(
        kind=kind, environment=process_environment, folder=tmp_path, server=database_server
    ) as sweep:
        found = list(enumerate(sweep.enumerate(), start=1))
        assert len(found) >= FEWEST, found
        seconds = figures.seconds()
        for how, every in EVERY.items():
            chosen = [point for point in found if how is not How.CUT or not point[1].startswith("send")]
            if seconds is None:
                sweep.strike(how, _part(how, chosen, first, every))
            else:
                _strike_for(seconds / len(kinds.KINDS) / len(EVERY), sweep, how, chosen)
        sweep.findings.note()
        sweep.findings.assert_nothing_is_wrong()


def _part(how: How, chosen: Sequence[tuple[int, str]], first: int, every: int) -> list[tuple[int, str]]:
    """Between two sends half a voucher is left there, so a worker is killed at each of them."""
    part = chosen[first::every]
    sends = [point for point in chosen if how is How.KILL and point[1].startswith("send")]
    return sorted({*part, *sends})


def _strike_for(seconds: float, sweep: Campaign, how: How, chosen: Sequence[tuple[int, str]]) -> None:
    """All of them in an order of chance, so that a short soak is not always the beginning; and again while there is time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        left = random.sample(chosen, len(chosen))
        while left and time.monotonic() < ends:
            sweep.strike(how, left[:TOGETHER])
            del left[:TOGETHER]
