"""Every screen and state in every mode: no barrier a machine can find, and nothing that hides in a mode."""

from typing import Any

import pytest
from django.db import transaction

from sluse.gate import four_eyes, holds
from sluse.organizations import access
from sluse.sync import holding, rotating
from sluse.sync.models import Posting, State
from tests import people
from tests.browser.conftest import Scene
from tests.browser.visit import Site

pytestmark = pytest.mark.browser

SCREENS = {
    "": ("/sign-in/", "/nothing/"),
    "kari": (
        "/o/hlf/",
        "/o/hlf/postings/",
        "/o/hlf/postings/?state=failed",
        "/o/hlf/postings/?state=unknown",
        "/o/hlf/postings/?q=nothing",
        "/o/hlf/reimbursements/",
        "/o/hlf/reimbursements/R-1/",
        "/o/hlf/reimbursements/R-2/",
        "/o/hlf/preview/",
        "/o/hlf/log/",
        "/o/hlf/log/?type=run&when=today",
        "/o/hlf/log/1/",
        "/o/hlf/notifications/",
        "/o/hlf/connector/",
        "/o/hlf/connector/switch/?to=on",
        "/o/hlf/connector/holds/{window}/change/",
        "/o/hlf/connector/holds/{window}/end/",
        "/o/hlf/connector/four-eyes/",
        "/o/hlf/connector/approvals/{approval}/",
    ),
    "rune": ("/o/hlf/connector/", "/o/hlf/", "/o/hlf/postings/?state=failed", "/o/"),
    "grete": (
        "/platform/",
        "/platform/?status=failing",
        "/platform/?q=nothing",
        "/platform/turlaget/switch/?to=off",
        "/platform/korps/switch/?to=on",
        "/platform/switches/?to=off&all=yes",
        "/o/korps/connector/",
        "/o/turlaget/connector/",
        "/o/turlaget/",
        "/platform/stop/",
        "/platform/stop/end/",
    ),
}
REFUSALS = {"/nothing/": 404, "/platform/korps/switch/?to=on": 409}
"""Pages too; every other one of these addresses is answered with 200."""
MODES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 320, "height": 640}},
    "dark phone": {"color_scheme": "dark", "viewport": {"width": 320, "height": 640}},
    "nynorsk": {"locale": "nn-NO", "viewport": {"width": 320, "height": 640}},
    "forced colours": {"forced_colors": "active"},
    "zoomed to 200 %": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
}
ASKED_OF_AXE = {"light", "dark", "phone"}
"""What axe looks at is the same page in the other modes; what they change is asked of each."""


@pytest.mark.parametrize("mode", MODES)
def test_no_screen_has_a_barrier(mode: str, site: Site, scene: Scene) -> None:
    holds.trip_breaker(
        organization=scene.turlaget,
        reason="Tilgangen blir avvist.",
        actor=access.actor_of(scene.grete),
        connector_kind="business_central",
        now=scene.now,
    )
    _let_fail(scene)
    ids = _make_more_states(scene)
    found = {}
    for person, paths in SCREENS.items():
        visit = site.visit(getattr(scene, person) if person else None, **MODES[mode])
        for path in paths:
            assert visit.go(path.format(**ids)) == REFUSALS.get(path, 200), path
            found[person, path] = visit.barriers() if mode in ASKED_OF_AXE else visit.obstacles()
    assert {place: barriers for place, barriers in found.items() if barriers} == {}


def _make_more_states(scene: Scene) -> dict[str, int]:
    """A window that is planned, a question to a second administrator, and new credentials beside the old."""
    kari, grete = access.actor_of(scene.kari), access.actor_of(scene.grete)
    window = holding.plan_window(
        organization=scene.hlf,
        starts=f"{scene.now.year + 1}-03-01T08:00",
        ends=f"{scene.now.year + 1}-03-01T12:00",
        reason="Oppgradering",
        actor=kari,
        now=scene.now,
    )
    rotating.put_next(
        organization=scene.turlaget,
        credentials=people.CREDENTIALS,
        expires_on=None,
        actor=grete,
        now=scene.now,
    )
    with transaction.atomic():
        four_eyes.lock(organization=scene.hlf)
        four_eyes.require(organization=scene.hlf, reason="Vedtak", actor=kari, now=scene.now)
    people.turn_on(scene.hlf, scene.kari, scene.now)
    asked = four_eyes.open_requests(organization=scene.hlf, now=scene.now).get()
    return {"window": window.pk, "approval": asked.pk}


def _let_fail(scene: Scene) -> None:
    """Two causes, one of them with a word no line can hold, and one of unknown outcome."""
    rows = Posting.objects.filter(organization=scene.hlf)
    failed = {"state": State.FAILED, "held": False, "erp_message": "Kontoen " + "7" * 90}
    rows.filter(external_id__in=["R-1", "R-3"]).update(
        **failed, reason_code="account_blocked", reason_detail="Kontoen 7100 er sperret."
    )
    rows.filter(external_id="R-4").update(
        **failed, reason_code="vendor_unknown", reason_detail="Leverandøren finnes ikke: " + "V" * 70
    )
    rows.filter(external_id="R-5").update(
        state=State.UNKNOWN, voucher={}, next_try_at=scene.now, reason_detail="Svaret kom ikke."
    )


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
