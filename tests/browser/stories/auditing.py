"""What an auditor takes along: exactly the rows of a filter, and the evidence of one reimbursement."""

import csv
import json
from pathlib import Path

from sluse.sync.models import Posting
from tests.browser import stage as stages
from tests.browser.hands import Hand
from tests.browser.stage import Stage
from tests.browser.stories.story import Story


def kari_filters_the_log(hand: Hand, stage: Stage) -> None:
    hand.open("/o/hlf/")
    hand.press("link", "Sync log")
    hand.pick(hand.page.locator("#log-type"), "switch")
    hand.press("button", "Show")
    hand.sees("The rows that match")
    assert hand.page.locator("main tbody tr").count() == 3


def the_file_holds_exactly_those_rows(hand: Hand, stage: Stage) -> None:
    shown = hand.page.locator("main tbody th small").all_inner_texts()
    with Path(hand.download("Download as CSV").path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [row["type"] for row in rows] == ["switch"] * 3
    assert sorted(hand.words("Row %(number)s", number=row["id"]) for row in rows) == sorted(shown)
    assert [row["reason"] for row in rows if "1+1" in row["reason"]] == ["'=1+1"]  # no spreadsheet runs it


def the_evidence_is_of_one_reimbursement(hand: Hand, stage: Stage) -> None:
    hand.press("link", "Reimbursements")
    hand.activate(hand.named("link", "R-1"))
    evidence = json.loads(Path(hand.download("Download the evidence (JSON)").path()).read_bytes())
    posting = Posting.objects.get(organization=stage.hlf, external_id="R-1")
    assert evidence["reimbursement"]["external_id"] == "R-1"
    assert evidence["posting"]["voucher_number"] == posting.voucher_number != ""
    assert {row["posting_id"] for row in evidence["log"]} == {str(posting.pk)}
    assert all(row["hash"] for row in evidence["log"])


STORY = Story(
    begins=stages.that_has_posted,
    steps=[kari_filters_the_log, the_file_holds_exactly_those_rows, the_evidence_is_of_one_reimbursement],
)
