"""What is printed: the facts, whose they are, what was chosen and when; nothing that can only be pressed."""

import pytest

from tests.browser import screens
from tests.browser.conftest import Scene
from tests.browser.visit import Site

pytestmark = pytest.mark.browser

A4 = {"width": 703, "height": 1000}
"""What is left of the sheet between its margins, in CSS pixels."""
PRESSED = "nav, form, button, .ds-button, header.header, footer, .ds-skip-link"
SHOWN = f"""
[...document.querySelectorAll('{PRESSED}')].filter(one => one.checkVisibility()).map(one => one.outerHTML.slice(0, 80))
"""
ADDRESSES = """
[...document.querySelectorAll('a')].filter(one => !['none', 'normal'].includes(getComputedStyle(one, '::after').content))
   .map(one => one.href)
"""


@pytest.mark.parametrize("path", ["/o/hlf/log/?type=run&when=today", "/o/hlf/reimbursements/R-1/"])
def test_paper_has_no_buttons_and_says_whose_it_is_and_when(path: str, site: Site, scene: Scene) -> None:
    screens.fill(scene)
    visit = site.visit(scene.kari, viewport=A4)
    visit.go(path)
    visit.page.emulate_media(media="print")
    head = visit.page.inner_text(".on-paper")
    assert "Hørselshemmedes Landsforbund" in head
    assert "Slik det sto" in head
    assert visit.page.evaluate(SHOWN) == []
    assert visit.page.evaluate(ADDRESSES) == []
    width = visit.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1]


def test_the_log_on_paper_is_a_table_whose_head_repeats_and_tells_the_filter(
    site: Site, scene: Scene
) -> None:
    screens.fill(scene)
    visit = site.visit(scene.kari, viewport=A4)
    visit.go("/o/hlf/log/?type=settings")
    visit.page.emulate_media(media="print")
    assert "Filter: Hva Innstillinger" in visit.page.inner_text(".on-paper")
    heads = "getComputedStyle(document.querySelector('thead')).display"
    rows = "getComputedStyle(document.querySelector('tbody tr')).display"
    assert visit.page.evaluate(f"[{heads}, {rows}]") == ["table-header-group", "table-row"]
    assert visit.page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_the_head_of_the_paper_is_not_on_the_screen(site: Site, scene: Scene) -> None:
    visit = site.visit(scene.kari)
    visit.go("/o/hlf/log/")
    assert not visit.page.is_visible(".on-paper")
