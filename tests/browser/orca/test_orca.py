"""What Orca, the screen reader of Linux desktops, says of the switch and of a run. `make orca` runs it.

Kari's texts are Norwegian; the words for roles and states are Orca's own. A reader may leave out and join what it
says when keys come fast; so each test names what must be heard, in this order, and what may be heard only once.
"""

from typing import Any

import pytest

from tests.browser.hands import Keyboard
from tests.browser.orca.desktop import Desktop
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser

HELP = "Du blir bedt om å bekrefte før noe endres."
QUESTION = "Slå av synkronisering for Hørselshemmedes Landsforbund?"
IS_OFF = "Synkronisering for Hørselshemmedes Landsforbund er av."


class Listener(Keyboard):
    """Presses a thing only when it has been heard, as a person does."""

    desktop: Desktop

    def open(self, path: str) -> None:
        super().open(path)
        self.desktop.hears("Page has")

    def press(self, role: Any, msgid: str) -> None:
        target = self.named(role, self.words(msgid))
        self._go_to(target)
        self.desktop.hears(f"{self.words(msgid)} push button.")
        self.page.keyboard.press("Enter")


@pytest.fixture
def kari(stage: Stage, desktop: Desktop) -> Listener:
    hand = Listener(visit=stage.site.visit(stage.kari), language="nb")
    hand.desktop = desktop
    desktop.click_into_the_page()
    return hand


def test_the_switch_and_its_confirmation(kari: Listener, stage: Stage, desktop: Desktop) -> None:
    kari.open("/o/hlf/connector/")
    kari._go_to(kari.page.get_by_role("switch"))
    desktop.hears("Automatisk synkronisering switch on.", HELP)
    kari.page.keyboard.press("Enter")
    desktop.hears(QUESTION)

    kari.tick(kari.field("Planned pause"))
    desktop.hears("Planlagt stans.", "selected radio button")

    kari.press("button", "Turn off")
    desktop.hears(IS_OFF)
    assert desktop.voice.said.count(IS_OFF) == 1


def test_a_run_from_start_to_end(kari: Listener, stage: Stage, desktop: Desktop) -> None:
    kari.open("/o/hlf/")
    kari.press("button", "Sync now")
    desktop.hears("Synkronisere nå?", "Page has")
    kari.press("button", "Send now")
    desktop.hears("Kjøringen er startet. Du kan forlate siden, den går av seg selv.")

    stage.work_slice()
    desktop.hears("4 av 8 ferdig.")
    stage.work()
    desktop.hears("Kjøringen er ferdig: 8 av 8 bokført, 2 480,00 kr.")
    assert [text for text in desktop.voice.said if "av 8" in text] == [
        "4 av 8 ferdig.",
        "Kjøringen er ferdig: 8 av 8 bokført, 2 480,00 kr.",
    ]
