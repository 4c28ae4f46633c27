"""An organization that has nothing yet is set up, tried out and turned on."""

from playwright.sync_api import expect

from sluse.gate.read import State
from sluse.sandbox import business_central as sandbox
from tests import scene
from tests.browser import stage as stages
from tests.browser.hands import Hand
from tests.browser.stage import Stage
from tests.browser.stories import turning
from tests.browser.stories.story import Story


def kari_is_shown_the_way(hand: Hand, stage: Stage) -> None:
    hand.open("/o/hlf/")
    hand.sees("No accounting system is chosen yet.")
    hand.press("link", "Set up the integration")
    hand.sees("Not ready")


def she_chooses_the_system(hand: Hand, stage: Stage) -> None:
    hand.pick(hand.field("Which system does the organization use?"), "business_central")
    hand.press("button", "Show its fields")
    hand.sees("Client secret")


def she_enters_company_and_credentials(hand: Hand, stage: Stage) -> None:
    form = hand.page.locator("#system")
    hand.write(form.get_by_label(hand.words("Tenant ID"), exact=True), stage.tenant)
    hand.write(form.get_by_label(hand.words("Company ID"), exact=True), sandbox.COMPANY_ID)
    hand.write(form.get_by_label(hand.words("Client ID"), exact=True), scene.CLIENT_ID)
    hand.write(form.get_by_label(hand.words("Client secret"), exact=True), sandbox.CLIENT_SECRET)
    hand.press("button", "Save the accounting system")
    hand.sees("The accounting system was saved.")
    assert sandbox.CLIENT_SECRET not in hand.page.content()


def she_tests_the_connection(hand: Hand, stage: Stage) -> None:
    hand.press("button", "Test the connection now")
    hand.sees("The connection to %(company)s works", company="Hørselshemmedes Landsforbund (sandbox)")


def she_maps_what_is_in_use(hand: Hand, stage: Stage) -> None:
    for expense_type, account in {"Mileage": "7100", "Toll": "7140"}.items():
        label = hand.field("Account for %(expense_type)s", expense_type=hand.words(expense_type))
        hand.write(label, account)
    hand.write(hand.field("Dimension for cost centre"), "AVD")
    hand.write(hand.field("Dimension for project"), "PROSJEKT")
    hand.press("button", "Save the mapping")
    hand.sees("The mapping was saved.")
    expect(hand.page.locator("#mapping .ds-alert")).to_be_in_viewport()
    hand.sees("Ready")


def she_looks_at_what_would_be_sent(hand: Hand, stage: Stage) -> None:
    hand.press("link", "Reimbursements")
    hand.press("link", "See what would be sent now")
    hand.sees("Nothing has been sent")
    for told in ("R-1", "R-2", "7100", "7140", "V00001"):
        hand.reads(told, within="main")


def she_turns_it_on_and_nothing_is_sent_yet(hand: Hand, stage: Stage) -> None:
    hand.press("link", "Integration settings")
    turning.press_switch(hand)
    hand.reads(hand.amount(620_00))
    hand.write(hand.field("Why are you turning it on?"), "Testet mot regnskapet")
    hand.press("button", "Turn on")
    turning.is_turned(hand, stage, State.ENABLED, "Testet mot regnskapet")
    assert stage.vouchers() == 0


STORY = Story(
    begins=stages.with_two_waiting,
    steps=[
        kari_is_shown_the_way,
        she_chooses_the_system,
        she_enters_company_and_credentials,
        she_tests_the_connection,
        she_maps_what_is_in_use,
        she_looks_at_what_would_be_sent,
        she_turns_it_on_and_nothing_is_sent_yet,
    ],
)
