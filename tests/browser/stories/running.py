"""A run is asked for, watched half-way and to its end; the page follows by itself."""

from playwright.sync_api import expect

from sluse.sync.models import Run
from tests.browser import stage as stages
from tests.browser.hands import PATIENCE_MILLISECONDS, Hand
from tests.browser.stage import Stage
from tests.browser.stories.story import Story

SUM_OF_EIGHT = 8 * 310_00


def kari_is_asked_first(hand: Hand, stage: Stage) -> None:
    hand.open("/o/hlf/")
    hand.press("button", "Sync now")
    hand.reads(hand.amount(SUM_OF_EIGHT), within="main")
    assert not Run.objects.filter(organization=stage.hlf).exists()


def she_starts_the_run(hand: Hand, stage: Stage) -> None:
    hand.press("button", "Send now")
    hand.sees("The run has started. You may leave this page; it goes on by itself.")
    hand.sees("%(done)s of %(all)s done", done=0, all=8)
    again = hand.named("button", hand.words("Sync now"))
    assert again.get_attribute("aria-disabled") == "true"
    hand.page.evaluate("document.body.dataset.loaded = 'once'")


def it_is_half_way(hand: Hand, stage: Stage) -> None:
    stage.work_slice()
    _ask_for_news(hand)
    hand.sees("%(done)s of %(all)s done", done=4, all=8)
    hand.sees("%(sum)s posted", sum=hand.amount(SUM_OF_EIGHT // 2))
    assert hand.page.locator("progress").get_attribute("value") == "4"
    _is_told(hand, "%(done)s of %(all)s done.", done=4, all=8)


def it_ends_and_the_figures_follow(hand: Hand, stage: Stage) -> None:
    stage.work()
    _ask_for_news(hand)
    expect(hand.page.locator("progress")).to_have_count(0, timeout=PATIENCE_MILLISECONDS)
    hand.reads(hand.amount(SUM_OF_EIGHT), within="[aria-labelledby=runs-title]")
    posted = hand.words(
        "%(posted)s of %(all)s posted, %(sum)s", posted=8, all=8, sum=hand.amount(SUM_OF_EIGHT)
    )
    _is_told(hand, "The run has ended: %(words)s.", words=posted)
    expect(hand.page.locator("#figures dd").first).to_have_text("0")
    assert hand.named("button", hand.words("Sync now")).get_attribute("aria-disabled") is None
    assert stage.vouchers() == 8


def _ask_for_news(hand: Hand) -> None:
    """With scripts the page asks by itself."""
    if not hand.has_script:
        hand.press("link", "Update the status")


def _is_told(hand: Hand, msgid: str, **values: object) -> None:
    """Read aloud, in the page that was never loaded anew."""
    if hand.has_script:
        hand.reads(hand.words(msgid, **values), within="#spoken-status")
        assert hand.page.locator("body").get_attribute("data-loaded") == "once"


STORY = Story(
    begins=stages.with_eight_waiting,
    steps=[kari_is_asked_first, she_starts_the_run, it_is_half_way, it_ends_and_the_figures_follow],
)
