"""Grete finds, turns one switch in its row, and several at once."""

from playwright.sync_api import expect

from sluse.gate.read import State
from sluse.organizations.models import Organization
from tests.browser import stage as stages
from tests.browser.hands import Hand
from tests.browser.stage import Stage
from tests.browser.stories import turning
from tests.browser.stories.story import Story


def grete_finds_who_is_off(hand: Hand, stage: Stage) -> None:
    hand.open("/platform/")
    assert hand.page.locator("main tbody tr").count() == 3
    hand.write(hand.page.locator("#filter-search"), "Landsforbund")
    hand.activate(hand.page.locator("form[role=search]").get_by_role("button"))
    expect(hand.page.locator("main tbody tr")).to_have_count(1)


def she_turns_one_on_in_its_row(hand: Hand, stage: Stage) -> None:
    turning.press_switch(hand)
    hand.write(hand.field("Why are you turning it on?"), "Klar")
    hand.press("button", "Turn on")
    turning.is_turned(hand, stage, State.ENABLED, None)
    assert "q=Landsforbund" in hand.visit.path()


def she_ticks_two_and_is_shown_who_changes(hand: Hand, stage: Stage) -> None:
    hand.press("link", "Show all")
    for name in ("Hørselshemmedes Landsforbund", "Nordre Skolekorps", "Turlaget Fjell og Fjord"):
        hand.tick(hand.named("checkbox", hand.words("Choose %(name)s", name=name)))
    hand.press("button", "Turn off the ticked …")
    for told in ("Hørselshemmedes Landsforbund", "Turlaget Fjell og Fjord"):
        hand.reads(told, within="main ul >> nth=0")


def she_types_how_many(hand: Hand, stage: Stage) -> None:
    hand.write(hand.field("Type how many organizations are turned"), "3")
    hand.write(hand.field("Why?"), "Oppgradering")
    hand.press("button", "Turn them off")
    hand.stands_at(".ds-error-summary h2")
    assert turning.is_on(Organization.objects.get(slug="turlaget"))
    hand.write(hand.field("Type how many organizations are turned"), "2")
    hand.press("button", "Turn them off")
    hand.sees("What came of each")
    assert not [one for one in Organization.objects.all() if turning.is_on(one)]


STORY = Story(
    begins=stages.with_three_organizations,
    person=lambda stage: stage.grete,
    steps=[
        grete_finds_who_is_off,
        she_turns_one_on_in_its_row,
        she_ticks_two_and_is_shown_who_changes,
        she_types_how_many,
    ],
)
