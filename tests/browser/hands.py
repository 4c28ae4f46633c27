"""Ways to act on a page: a mouse, a keyboard alone, a browser without scripts; each in a language.

A story names what it acts on by the words on the screen, as msgids; a hand finds them in its own language.
"""

from dataclasses import dataclass
from typing import Any

from django.utils import translation
from playwright.sync_api import Download, Locator, expect

from sluse.organizations.models import User
from sluse.web.numbers import nok
from tests.browser.visit import Site, Visit

STOPS_MAX = 150
PATIENCE_MILLISECONDS = 20_000
"""What the page shows by itself comes with its next question, every two seconds; the machine may be busy."""

DISTANCE = """
one => one === document.activeElement ? 0
  : document.activeElement.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING ? -1 : 1
"""
IS_SEEN = """
one => {
  const box = one.getBoundingClientRect();
  const isRinged = element => getComputedStyle(element).outlineStyle !== 'none';
  return one.matches(':focus-visible') && (isRinged(one) || isRinged(one.parentElement))
    && box.bottom > 0 && box.top < innerHeight;
}
"""
"""The ring of a radio button is drawn around it and its label."""


class Hand:
    """A mouse, and what all hands share."""

    has_script = True

    def __init__(self, *, visit: Visit, language: str) -> None:
        self.visit, self.page, self.language = visit, visit.page, language
        self.page.set_default_timeout(PATIENCE_MILLISECONDS)

    def words(self, msgid: str, **values: object) -> str:
        """The sentence in this hand's language."""
        with translation.override(self.language):
            found = translation.gettext(msgid)
        return found % values if values else found

    def amount(self, ore: int) -> str:
        with translation.override(self.language):
            return nok(ore)

    def open(self, path: str) -> None:
        assert self.visit.go(path) == 200

    def press(self, role: Any, msgid: str) -> None:
        self.activate(self.named(role, self.words(msgid)))

    def named(self, role: Any, name: str) -> Locator:
        return self.place().get_by_role(role, name=name, exact=True)

    def place(self) -> Locator:
        """Where a person can act: in the dialog that is open, else anywhere."""
        dialog = self.page.locator("dialog[open]")
        return dialog if self.has_script and dialog.count() else self.page.locator("body")

    def field(self, msgid: str, **values: str) -> Locator:
        return self.place().get_by_label(self.words(msgid, **values), exact=True)

    def activate(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def pick(self, target: Locator, value: str) -> None:
        target.select_option(value)

    def tick(self, target: Locator) -> None:
        target.check()

    def download(self, msgid: str) -> Download:
        with self.page.expect_download() as download:
            self.press("link", msgid)
        return download.value

    def sees(self, msgid: str, **values: object) -> None:
        self.reads(self.words(msgid, **values))

    def reads(self, text: str, *, within: str = "body") -> None:
        """Whether now or in a while; nothing is reloaded for it."""
        expect(self.page.locator(within)).to_contain_text(text, timeout=PATIENCE_MILLISECONDS)

    def stands_at(self, selector: str) -> None:
        """Only who moves by keyboard depends on where the focus is."""


class Keyboard(Hand):
    """Tab, arrows, Space and Enter. Each stop on the way must be seen: a focus nobody sees is lost."""

    def activate(self, target: Locator) -> None:
        self._go_to(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self._go_to(target)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)
        assert target.input_value() == text

    def pick(self, target: Locator, value: str) -> None:
        self._go_to(target)
        self.page.keyboard.press("Home")
        for _choice in range(target.locator("option").count()):
            if target.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"The arrows never came to {value}.")

    def tick(self, target: Locator) -> None:
        if target.get_attribute("type") == "radio":
            self._go_to(self.page.locator(f"[name={target.get_attribute('name')}]").first)
            while not self._is_at(target):
                self.page.keyboard.press("ArrowDown")
        self._go_to(target)
        if not target.is_checked():
            self.page.keyboard.press("Space")
        assert target.is_checked()

    def stands_at(self, selector: str) -> None:
        expect(self.page.locator(selector)).to_be_focused()

    def _go_to(self, target: Locator) -> None:
        expect(target).to_be_visible()
        for _stop in range(STOPS_MAX):
            distance = target.evaluate(DISTANCE)
            if distance == 0:
                assert target.evaluate(IS_SEEN), f"The focus is not seen at {self.visit.focused()}."
                return
            self.page.keyboard.press("Tab" if distance > 0 else "Shift+Tab")
        raise AssertionError(f"Tab never came to {target}; it stands at {self.visit.focused()}.")

    def _is_at(self, target: Locator) -> bool:
        return bool(target.evaluate(DISTANCE) == 0)


class WithoutScript(Hand):
    has_script = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    hand: type[Hand]
    language: str
    locale: str

    def visit(self, site: Site, person: User) -> Hand:
        visit = site.visit(person, locale=self.locale, java_script_enabled=self.hand.has_script)
        return self.hand(visit=visit, language=self.language)


MANNERS = {
    "Bokmål": Manner(hand=Hand, language="nb", locale="nb-NO"),
    "English": Manner(hand=Hand, language="en", locale="en-GB"),
    "keyboard": Manner(hand=Keyboard, language="nb", locale="nb-NO"),
    "no script": Manner(hand=WithoutScript, language="en", locale="en-GB"),
}
