"""Kari compares with the accounting system, sees a difference, and takes it along as a file."""

import csv
from pathlib import Path

from sluse.sync.models import Posting
from tests.browser import stage as stages
from tests.browser.hands import Hand
from tests.browser.stage import Stage
from tests.browser.stories.story import Story


def nothing_has_been_compared(hand: Hand, stage: Stage) -> None:
    hand.open("/o/hlf/")
    hand.press("link", "Comparison")
    hand.sees("Nothing has been compared yet")


def nothing_differs(hand: Hand, stage: Stage) -> None:
    _compare(hand, stage)
    hand.reads(hand.words("Nothing differs"), within="main")
    hand.reads(hand.amount(2 * 310_00), within="main")


def a_krone_differs(hand: Hand, stage: Stage) -> None:
    Posting.objects.filter(organization=stage.hlf, external_id="R-2").update(total_ore=311_00)
    _compare(hand, stage)
    hand.reads(hand.words("Something differs"), within="main")
    hand.sees("Other amount")
    hand.reads(hand.amount(311_00), within="main")


def the_file_names_it(hand: Hand, stage: Stage) -> None:
    file = Path(hand.download("Download the differences as CSV").path())
    with file.open(encoding="utf-8-sig", newline="") as lines:
        [row] = csv.DictReader(lines, delimiter=";")
    assert (row["external_id"], row["our_total"], row["their_total"]) == ("R-2", "311.00", "310.00")


def the_status_tells_it(hand: Hand, stage: Stage) -> None:
    hand.press("link", "Status")
    hand.press("link", "The latest comparison found differences")
    hand.sees("The latest comparison")


def _compare(hand: Hand, stage: Stage) -> None:
    """Asked for here, made by a worker; with scripts the page says by itself that it is done."""
    hand.press("button", "Compare now")
    hand.sees("A comparison is under way")
    stage.compare()
    if hand.has_script:
        hand.sees("The comparison is done")
    hand.press("link", "Show the result")


STORY = Story(
    begins=stages.that_has_posted,
    steps=[
        nothing_has_been_compared,
        nothing_differs,
        a_krone_differs,
        the_file_names_it,
        the_status_tells_it,
    ],
)
