"""The switch by keyboard alone: the focus is always somewhere a person expects."""

import pytest

from sluse.gate import read
from sluse.gate.read import State
from sluse.sync import switching
from tests.browser.conftest import Scene
from tests.browser.visit import Site, Visit

pytestmark = pytest.mark.browser


def press_until(visit: Visit, wanted: str, *, at_most: int = 60) -> None:
    for _attempt in range(at_most):
        if visit.focused() == wanted:
            return
        visit.page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {wanted}; it stands at {visit.focused()}")


def test_the_first_stop_is_the_way_past_the_header(site: Site, scene: Scene) -> None:
    visit = site.visit(scene.kari)
    visit.go("/o/hlf/connector/")
    visit.page.keyboard.press("Tab")
    assert visit.focused() == "Hopp til hovedinnholdet"
    visit.page.keyboard.press("Enter")
    assert visit.focused() == "main"


def test_kari_turns_it_on_and_off_again_without_a_mouse(site: Site, scene: Scene) -> None:
    visit = site.visit(scene.kari)
    page = visit.page
    visit.go("/o/hlf/connector/")
    page.evaluate("document.getElementById('messages').dataset.first = 'yes'")
    press_until(visit, "switch-hlf")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    assert visit.focused() == "switch-dialog-title"
    assert "14 posteringer" in page.inner_text("dialog")
    assert visit.barriers() == []
    press_until(visit, "switch-text")
    page.keyboard.type("Testet mot regnskapet")
    press_until(visit, "Slå på")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog", state="detached")
    assert visit.focused() == "switch-hlf"
    assert page.get_attribute("#switch-hlf", "aria-checked") == "true"
    assert page.title().startswith("Synkronisering for Hørselshemmedes Landsforbund er på.")
    assert "er på" in page.inner_text("#messages")
    assert page.get_attribute("#messages", "data-first") == "yes"  # a live region that stayed is read aloud
    assert read.switch_of(organization=scene.hlf).state is State.ENABLED

    page.keyboard.press("Space")
    page.wait_for_selector("dialog[open]")
    assert page.inner_text("#messages") == ""  # else it is read again when the dialog closes
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    press_until(visit, "Slå av")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog", state="detached")
    assert visit.focused() == "switch-hlf"
    assert page.get_attribute("#switch-hlf", "aria-checked") == "false"
    assert read.switch_of(organization=scene.hlf).reason == "Noe er galt"


@pytest.mark.parametrize("way_out", ["Escape", "Enter"])
def test_changing_ones_mind_leaves_everything_and_gives_the_focus_back(
    way_out: str, site: Site, scene: Scene
) -> None:
    visit = site.visit(scene.kari)
    visit.go("/o/hlf/connector/")
    press_until(visit, "switch-hlf")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("dialog[open]")
    if way_out == "Enter":
        press_until(visit, "Behold av")
    visit.page.keyboard.press(way_out)
    visit.page.wait_for_selector("dialog", state="detached")
    assert visit.focused() == "switch-hlf"
    assert read.switch_of(organization=scene.hlf).state is State.DISABLED


def test_a_missing_reason_is_said_first_and_the_dialog_stays(site: Site, scene: Scene) -> None:
    visit = site.visit(scene.kari)
    visit.go("/o/hlf/connector/")
    press_until(visit, "switch-hlf")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("dialog[open]")
    press_until(visit, "Slå på")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("dialog[open] .ds-error-summary")
    assert visit.focused() == "Rett én ting før du går videre"
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    assert visit.focused() == "switch-text"
    assert visit.barriers() == []
    visit.page.keyboard.press("Escape")
    visit.page.wait_for_selector("dialog", state="detached")
    assert visit.focused() == "switch-hlf"


def test_grete_turns_a_switch_in_its_row_and_stays_there(site: Site, scene: Scene) -> None:
    visit = site.visit(scene.grete)
    page = visit.page
    visit.go("/platform/?q=o")
    press_until(visit, "switch-turlaget")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    press_until(visit, "Slå av")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog", state="detached")
    assert visit.focused() == "switch-turlaget"
    assert page.get_attribute("#switch-turlaget", "aria-checked") == "false"
    assert page.input_value("#filter-search") == "o"
    assert visit.path() == "/platform/?q=o"
    assert read.switch_of(organization=scene.turlaget).by == "Grete Global"


def test_an_organization_that_is_not_ready_says_so_in_the_dialog(site: Site, scene: Scene) -> None:
    visit = site.visit(scene.grete)
    visit.go("/platform/")
    press_until(visit, "switch-korps")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("dialog[open]")
    assert "ikke klar til å slås på" in visit.page.inner_text("dialog")
    assert visit.barriers() == []
    visit.page.click("dialog a")
    visit.page.wait_for_url("**/o/korps/connector/#system")


def test_a_refused_form_puts_the_focus_on_what_is_wrong(site: Site, scene: Scene) -> None:
    visit = site.visit()
    visit.go("/sign-in/")
    visit.page.fill("#id_email", scene.kari.email)
    visit.page.fill("#id_password", "wrong")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector(".ds-error-summary")
    assert visit.focused() == "Rett én ting før du går videre"
    assert visit.page.title().startswith("Feil: ")


def test_a_session_that_ended_meanwhile_leads_to_the_sign_in(site: Site, scene: Scene) -> None:
    visit = site.visit(scene.kari)
    visit.go("/o/hlf/connector/")
    visit.context.clear_cookies()
    visit.page.click("#switch-hlf")
    visit.page.wait_for_url("**/sign-in/?next=*")


def test_a_fault_behind_the_dialog_is_shown_as_its_page(
    site: Site, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = site.visit(scene.kari)
    visit.go("/o/hlf/connector/")

    def broken(**_facts: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(switching, "show", broken)
    visit.page.click("#switch-hlf")
    visit.page.wait_for_selector("text=Noe gikk galt hos oss")
    assert visit.path() == "/o/hlf/connector/switch/?to=on"
    visit.errors.clear()  # the browser's own report of the two failed loads
