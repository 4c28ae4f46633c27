"""What was refused is mended cause by cause and tried again, or booked by hand."""

from playwright.sync_api import Locator, expect

from tests import scene
from tests.browser import stage as stages
from tests.browser.hands import Hand
from tests.browser.stage import Stage
from tests.browser.stories.story import Story


def kari_sees_the_causes(hand: Hand, stage: Stage) -> None:
    hand.open("/o/hlf/")
    hand.activate(hand.page.locator("#attention a").first)
    expect(hand.page.locator("[id^=cause-]")).to_have_count(2)
    for told in ("account_blocked", "vendor_unknown"):
        hand.reads(told, within="[aria-labelledby=causes-title]")


def she_mends_the_account(hand: Hand, stage: Stage) -> None:
    hand.activate(_cause(hand, "account_blocked").get_by_role("link").first)
    hand.page.wait_for_url("**/o/hlf/connector/#mapping")
    label = hand.field("Account for %(expense_type)s", expense_type=hand.words("Toll"))
    hand.write(label, "7160")
    hand.press("button", "Save the mapping")
    hand.sees("The mapping was saved.")


def she_tries_those_of_that_cause_again(hand: Hand, stage: Stage) -> None:
    hand.open("/o/hlf/postings/?state=failed")
    hand.activate(_cause(hand, "account_blocked").get_by_role("button"))
    hand.sees("They are sent as soon as the switch and the holds allow it.")
    assert scene.states(stage.hlf) == {"pending": 2, "failed": 1}
    stage.work()
    assert (scene.states(stage.hlf), stage.vouchers()) == ({"posted": 2, "failed": 1}, 2)


def she_has_booked_the_last_one_by_hand(hand: Hand, stage: Stage) -> None:
    hand.open("/o/hlf/postings/?state=failed")
    hand.activate(hand.named("link", "R-3"))
    hand.press("link", "Booked by hand …")
    hand.write(hand.field("Voucher number in the accounting system"), "99001")
    hand.write(hand.field("Why was it booked by hand?"), "Leverandøren er ny")
    hand.press("button", "Mark as booked by hand")
    hand.sees("%(name)s is marked as booked by hand.", name="R-3")
    hand.reads("99001", within="main")
    assert (scene.states(stage.hlf), stage.vouchers()) == ({"posted": 3}, 2)


def _cause(hand: Hand, code: str) -> Locator:
    return hand.page.locator("[id^=cause-]", has_text=code)


STORY = Story(
    begins=stages.with_two_causes,
    steps=[
        kari_sees_the_causes,
        she_mends_the_account,
        she_tries_those_of_that_cause_again,
        she_has_booked_the_last_one_by_hand,
    ],
)
