"""Pressing a switch, and how it stands: shared by the stories that turn one."""

from playwright.sync_api import expect

from sluse.gate import read
from sluse.gate.read import State
from sluse.organizations.models import Organization
from tests.browser.hands import PATIENCE_MILLISECONDS, Hand
from tests.browser.stage import Stage


def press_switch(hand: Hand) -> None:
    hand.activate(hand.page.get_by_role("switch"))
    hand.stands_at("#switch-dialog-title")


def is_turned(hand: Hand, stage: Stage, state: State, reason: str | None) -> None:
    wanted = "true" if state is State.ENABLED else "false"
    expect(hand.page.locator("#switch-hlf")).to_have_attribute(
        "aria-checked", wanted, timeout=PATIENCE_MILLISECONDS
    )
    hand.stands_at("#switch-hlf")
    switch = read.switch_of(organization=stage.hlf)
    assert switch.state is state
    assert reason is None or reason in switch.reason


def is_on(organization: Organization) -> bool:
    return read.switch_of(organization=organization).state is State.ENABLED
