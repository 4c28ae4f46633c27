"""Every interleaving of the protocol we run keeps its promises, and the search finds the known mistakes in the others.

I1 nothing is sent after *off* · I2 never two vouchers · I3 posted can always be reached · I7 sent with the settings of now.
What the search finds stands in `docs/decisions/`, in *The protocol as a model*.
"""

import re
from pathlib import Path

import pytest

from sluse.sync import queue, recovery, sending
from sluse.sync.permission import Permission
from tests.model.protocol import OURS, OURS_RESTORED, VARIANTS
from tests.model.search import Report, explore

DECISIONS = Path(__file__).resolve().parents[2] / "docs" / "decisions"
PAGE = next(DECISIONS.glob("*-the-protocol-as-a-model.md"))
REPORTS: dict[str, Report] = {}


def report_of(name: str) -> Report:
    if name not in REPORTS:
        REPORTS[name] = explore(VARIANTS[name][0])
    return REPORTS[name]


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_each_variant_breaks_exactly_what_it_is_known_to_break(name: str) -> None:
    assert set(report_of(name).broken) == VARIANTS[name][1]


def test_the_protocol_we_run_keeps_every_promise() -> None:
    assert explore(OURS).broken == explore(OURS_RESTORED).broken == {}


def test_the_search_has_been_everywhere_it_claims_to_have_been() -> None:
    """A model in which nothing happens keeps every promise."""
    taken = report_of("ours").taken | report_of("ours, restored as unknown").taken
    names = {re.sub(r" [01]$", "", name) for name in taken}
    assert names >= {
        *("run lock", "prepare", "claim", "gate", "commit intents", "find", "find fails", "ask", "refused"),
        *("post", "answer", "deadline", "record posted", "release", "crash", "restore", "quarantine ends"),
        *("request lost", "request carried out", "voucher can be found", "gate closed"),
        *("disable: request stop", "disable: finish stop", "enable"),
    }


def test_the_shortest_way_to_two_vouchers_is_the_known_one() -> None:
    way = report_of("look up at once, then resend").broken["I2"]
    assert way.index("crash 0") < way.index("find 0") < len(way) - 2
    assert way[-2:] == ["request carried out"] * 2


def test_the_model_and_the_code_use_the_same_names() -> None:
    assert all(map(callable, [queue.claim, queue.commit_intents, recovery.rest_abandoned, sending.send]))
    assert all(map(callable, [Permission.open, Permission.ask]))


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_the_page_tells_what_the_search_finds(name: str) -> None:
    report = report_of(name)
    broken = ", ".join(f"{invariant} in {len(way)}" for invariant, way in sorted(report.broken.items()))
    line = f"| {name} | {report.states:,} | {broken or '–'} |"
    assert line in PAGE.read_text(encoding="utf-8")
