"""What Kari hears when she turns the switch and watches a run, in Norwegian, said once each."""

import pytest
from playwright.sync_api import expect

from sluse.connectors.business_central.connector import BusinessCentral
from sluse.sandbox.remote import Remote
from sluse.sync import orchestrator
from tests.browser import reader
from tests.browser import stage as stages
from tests.browser.hands import MANNERS, PATIENCE_MILLISECONDS, Hand
from tests.browser.stage import Stage
from tests.browser.visit import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def stage(erp: Remote, site: Site, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A slice takes four, so that a run of eight stands still half-way until the test goes on."""
    monkeypatch.setattr(orchestrator, "ROWS_PER_SLICE", 4)
    monkeypatch.setattr(BusinessCentral, "batch_size", 4)
    made = stages.make(erp=erp, site=site)
    stages.with_eight_waiting(made)
    return made


@pytest.fixture
def kari(stage: Stage) -> Hand:
    hand = MANNERS["keyboard"].visit(stage.site, stage.kari)
    reader.listen(hand.page)
    return hand


def test_the_switch_and_its_confirmation(kari: Hand, stage: Stage) -> None:
    kari.open("/o/hlf/connector/")
    assert reader.announced(kari.page) == []
    help_text = "Du blir bedt om å bekrefte før noe endres."
    spoken = reader.lines(kari.page, within=".switch-status")
    assert spoken[:2] == [f"Automatisk synkronisering, switch, on, {help_text}", "På"]
    assert [line for line in spoken if "switch" in line] == spoken[:1]

    kari.activate(kari.page.get_by_role("switch"))
    kari.stands_at("#switch-dialog-title")
    question = "Slå av synkronisering for Hørselshemmedes Landsforbund?"
    spoken = reader.lines(kari.page, within="dialog")
    assert spoken[:5] == [
        f"{question}, dialog, modal yes",
        f"{question}, heading",
        "Ingenting mer sendes til regnskapssystemet før du slår på igjen.",
        "8 posteringer",
        ", til sammen 2\xa0480,00\xa0kr, blir liggende i køen. De går ikke tapt.",
    ]
    history = "Blir stående i historikken sammen med navnet ditt."
    assert [line for line in spoken if line.endswith((", radio", ", button", f"textbox, {history}"))] == [
        "Noe er galt, radio",
        "Planlagt stans, radio",
        "Feil data venter eller er sendt, radio",
        "En annen grunn, radio",
        f"Mer om det (valgfritt), textbox, {history}",
        "Slå av, button",
        "Behold på, button",
    ]

    kari.tick(kari.field("Planned pause"))
    kari.press("button", "Turn off")
    expect(kari.page.locator("#switch-hlf")).to_have_attribute(
        "aria-checked", "false", timeout=PATIENCE_MILLISECONDS
    )
    kari.stands_at("#switch-hlf")
    spoken = reader.lines(kari.page, within=".switch-status")
    assert spoken[:2] == [f"Automatisk synkronisering, switch, off, {help_text}", "Av"]
    assert "«Planlagt stans»" in spoken
    assert reader.announced(kari.page) == ["Synkronisering for Hørselshemmedes Landsforbund er av."]


def test_a_run_from_start_to_end(kari: Hand, stage: Stage) -> None:
    kari.open("/o/hlf/")
    kari.press("button", "Sync now")
    kari.press("button", "Send now")
    kari.reads("0 av 8 ferdig", within="#run")
    assert kari.page.title().startswith("Kjøringen er startet.")
    assert reader.announced(kari.page) == []
    assert reader.lines(kari.page, within="#run")[2:4] == [
        "En kjøring pågår Manuell, Kari Nordmann, progressbar, value 0",
        "0 av 8 ferdig",
    ]

    stage.work_slice()
    kari.reads("4 av 8 ferdig", within="#run")
    assert reader.lines(kari.page, within="#run")[2:4] == [
        "En kjøring pågår Manuell, Kari Nordmann, progressbar, value 4",
        "4 av 8 ferdig, 1\xa0240,00\xa0kr bokført",
    ]

    with kari.page.expect_response("**/o/hlf/current/**"):
        pass  # it has asked once more, and heard nothing new to say
    stage.work()
    expect(kari.page.locator("progress")).to_have_count(0, timeout=PATIENCE_MILLISECONDS)
    assert reader.lines(kari.page, within="#run")[-1] == ": 8 av 8 bokført, 2\xa0480,00\xa0kr."
    assert reader.announced(kari.page) == [
        "4 av 8 ferdig.",
        "Kjøringen er ferdig: 8 av 8 bokført, 2 480,00 kr.",
    ]
