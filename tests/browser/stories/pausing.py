"""The switch is turned off for a while: what is approved meanwhile waits, and nothing is lost."""

from sluse.gate.read import State
from sluse.sync.models import Run
from tests import scene
from tests.browser import stage as stages
from tests.browser.hands import Hand
from tests.browser.stage import Stage
from tests.browser.stories import turning
from tests.browser.stories.story import Story


def kari_pauses(hand: Hand, stage: Stage) -> None:
    hand.open("/o/hlf/connector/")
    turning.press_switch(hand)
    hand.sees("New approvals wait in the queue.")
    hand.tick(hand.field("Planned pause"))
    hand.write(hand.field("More about it (optional)"), "årsoppgjør")
    hand.press("button", "Turn off")
    turning.is_turned(hand, stage, State.DISABLED, "årsoppgjør")


def what_is_approved_waits(hand: Hand, stage: Stage) -> None:
    scene.approve_many(stage.hlf, ["R-3"])
    stage.work()
    assert (stage.vouchers(), scene.states(stage.hlf)) == (0, {"pending": 3})


def she_cannot_send_and_is_told_why(hand: Hand, stage: Stage) -> None:
    hand.press("button", "Sync now")
    hand.sees("The connector is switched off. Nothing was sent. Switch it on first.")
    assert not Run.objects.filter(organization=stage.hlf).exists()


def she_resumes_and_all_are_still_there(hand: Hand, stage: Stage) -> None:
    hand.press("link", "Integration settings")
    turning.press_switch(hand)
    hand.reads(hand.amount(930_00))
    hand.write(hand.field("Why are you turning it on?"), "Ferdig")
    hand.press("button", "Turn on")
    turning.is_turned(hand, stage, State.ENABLED, "Ferdig")
    for reason in ("«Ferdig»", "årsoppgjør"):
        hand.reads(reason, within="[aria-labelledby=history-title]")
    assert (stage.vouchers(), scene.states(stage.hlf)) == (0, {"pending": 3})


STORY = Story(
    begins=stages.that_is_on,
    steps=[
        kari_pauses,
        what_is_approved_waits,
        she_cannot_send_and_is_told_why,
        she_resumes_and_all_are_still_there,
    ],
)
