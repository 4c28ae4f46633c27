"""The sync log with what can stand above it: verified, broken, being verified, and a filter that means nothing."""

import pytest

from sluse.audit import verifying
from sluse.audit.models import Verified
from tests.browser import screens
from tests.browser.conftest import Scene
from tests.browser.visit import Site

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("mode", ["light", "dark", "phone", "nynorsk"])
def test_no_state_of_the_log_has_a_barrier(mode: str, site: Site, scene: Scene) -> None:
    screens.fill(scene)
    facts = {"ended_at": scene.now, "ended_through": 6}
    Verified.objects.create(organization_id=scene.hlf.pk, **facts)
    Verified.objects.create(
        organization_id=scene.turlaget.pk, broken_row=7, broken_because="changed", **facts
    )
    verifying.ask(organization_id=scene.korps.pk, now=scene.now)
    visit = site.visit(scene.grete, **screens.MODES[mode])
    found = {}
    for path in (
        "/o/hlf/log/",
        "/o/turlaget/log/",
        "/o/korps/log/",
        "/o/hlf/log/?type=nonsense&from=2026-03-02&to=2026-03-01&run=0123",
        "/o/hlf/log/?when=week&from=2026-03-02",
    ):
        assert visit.go(path) == 200
        found[path] = visit.barriers() + visit.misspelled()
    assert {place: barriers for place, barriers in found.items() if barriers} == {}


def test_the_badge_follows_the_walk_and_its_end_is_said(site: Site, scene: Scene) -> None:
    """Kari presses the button; a worker does the rest."""
    number = scene.hlf.pk
    visit = site.visit(scene.kari)
    visit.go("/o/hlf/log/")
    visit.page.click("#log-verification button")
    visit.page.wait_for_selector("#log-verification progress")
    while verifying.go_on(organization_id=number, now=scene.now):
        pass
    visit.page.wait_for_selector("#log-verification:not(:has(progress))")
    rows = verifying.end_of(organization_id=number)
    assert f"til og med rad {rows}" in visit.page.inner_text("#log-verification")
    assert f"til og med rad {rows}" in visit.page.inner_text("#spoken-status")
