"""The whole way without JavaScript: sign in, refused, turned on, sent off, turned off."""

import pytest

from sluse.gate import read
from sluse.gate.read import State
from sluse.sync.models import Run
from tests import people
from tests.browser.conftest import Scene
from tests.browser.visit import Site

pytestmark = pytest.mark.browser


def test_kari_does_her_work_without_javascript(site: Site, scene: Scene) -> None:
    visit = site.visit(java_script_enabled=False)
    page = visit.page
    visit.go("/o/hlf/connector/")
    page.fill("#id_email", scene.kari.email)
    page.fill("#id_password", people.PASSWORD)
    page.click("main button[type=submit]")
    assert visit.path() == "/o/hlf/connector/"

    page.click("text=Synkroniser nå")
    assert "Tilkoblingen er slått av. Ingenting er sendt." in page.inner_text("#messages")
    assert not Run.objects.exists()

    visit.go("/o/hlf/connector/")
    page.click("#switch-hlf")
    assert "14 posteringer venter, til sammen 4\xa0340,00\xa0kr." in page.inner_text("main")
    page.fill("#switch-text", "Testet mot regnskapet")
    page.click("main button[type=submit]")
    assert page.title().startswith("Synkronisering for Hørselshemmedes Landsforbund er på.")
    assert page.get_attribute("#switch-hlf", "aria-checked") == "true"

    page.click("text=Synkroniser nå")
    assert "14 posteringer, til sammen 4\xa0340,00\xa0kr, sendes" in page.inner_text("main")
    page.click("text=Send nå")
    assert "Kjøringen er startet." in page.inner_text("#messages")
    assert Run.objects.get().by_name == "Kari Nordmann"
    assert "0 av 14 ferdig" in page.inner_text("#run")

    visit.go("/o/hlf/connector/")
    page.click("#switch-hlf")
    page.click("text=Behold på")
    assert read.switch_of(organization=scene.hlf).state is State.ENABLED
    page.click("#switch-hlf")
    page.click("text=Planlagt stans")
    page.fill("#switch-text", "årsoppgjør")
    page.click("main button[type=submit]")
    assert read.switch_of(organization=scene.hlf).state is State.DISABLED
    assert "«Planlagt stans: årsoppgjør»" in page.inner_text("main")


def test_the_language_changes_and_the_page_stays(site: Site, scene: Scene) -> None:
    visit = site.visit(scene.grete, java_script_enabled=False)
    visit.go("/platform/?connector=none")
    visit.page.select_option("#language-choice", "nn")
    visit.page.click("text=Bytt")
    assert visit.path() == "/platform/?connector=none"
    assert visit.page.get_attribute("html", "lang") == "nn"
    assert "Éi rad for kvar organisasjon" in visit.page.inner_text("main")
