"""Every screen and state in every mode: no barrier a machine can find, and nothing that hides in a mode."""

import pytest

from tests.browser import screens
from tests.browser.conftest import Scene
from tests.browser.visit import Site

pytestmark = pytest.mark.browser

ASKED_OF_AXE = {"light", "dark", "phone", "nynorsk"}
"""What axe looks at is the same page in the other modes; what they change is asked of each."""


@pytest.mark.parametrize("mode", screens.MODES)
def test_no_screen_has_a_barrier(mode: str, site: Site, scene: Scene) -> None:
    ids = screens.fill(scene)
    found = {}
    for person, paths in screens.SCREENS.items():
        visit = site.visit(getattr(scene, person) if person else None, **screens.MODES[mode])
        for path in paths:
            assert visit.go(path.format(**ids)) == screens.REFUSALS.get(path, 200), path
            found[person, path] = visit.barriers() if mode in ASKED_OF_AXE else visit.obstacles()
            found[person, path] += visit.misspelled()
    assert {place: barriers for place, barriers in found.items() if barriers} == {}


@pytest.mark.parametrize("section", ["system", "mapping", "schedule"])
def test_a_refused_form_has_no_barrier_either(section: str, site: Site, scene: Scene) -> None:
    wrong = {
        "system": ("[id='id_settings.tenant_id']", "not an id"),
        "mapping": ("[id='id_expense_types.meals.vat_code']", "1"),
        "schedule": ("#id_cron", "every day"),
    }
    visit = site.visit(scene.kari, viewport={"width": 320, "height": 640})
    visit.go("/o/hlf/connector/")
    if section == "schedule":
        visit.page.check("input[name=when][value=own]")
    visit.page.fill(*wrong[section])
    visit.page.click(f"#{section} form[method=post] button[type=submit]")
    visit.page.wait_for_selector(".ds-error-summary")
    assert visit.page.title().startswith("Feil: ")
    assert visit.barriers() == []


def test_in_forced_colours_the_switch_still_tells_on_from_off(site: Site, scene: Scene) -> None:
    visit = site.visit(scene.grete, forced_colors="active")
    visit.go("/platform/")
    painted = "element => getComputedStyle(element).backgroundColor"
    on = visit.page.locator("#switch-turlaget .switch__track").evaluate(painted)
    off = visit.page.locator("#switch-hlf .switch__track").evaluate(painted)
    assert on != off
    assert visit.page.inner_text("#switch-turlaget .switch__state") == "På"
    assert visit.page.inner_text("#switch-hlf .switch__state") == "Av"


def test_the_switch_is_heard_as_one_thing_with_name_state_and_help(site: Site, scene: Scene) -> None:
    visit = site.visit(scene.kari)
    visit.go("/o/hlf/connector/")
    switch = visit.page.get_by_role("switch", name="Automatisk synkronisering", exact=True)
    assert switch.get_attribute("aria-checked") == "false"
    assert visit.page.inner_text("#switch-help") == "Du blir bedt om å bekrefte før noe endres."
    assert switch.get_attribute("aria-describedby") == "switch-help"


@pytest.mark.parametrize("width", [320, 1280])
def test_text_may_be_spaced_out(width: int, site: Site, scene: Scene) -> None:
    """WCAG 1.4.12: nothing is cut off or pushed out when a reader widens letters, words and lines."""
    visit = site.visit(scene.kari, viewport={"width": width, "height": 640}, bypass_csp=True)
    visit.go("/o/hlf/connector/")
    wide = "line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important"
    visit.page.add_style_tag(content=f"* {{ {wide} }}")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
