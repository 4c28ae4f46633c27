"""The stories of the screens, each in two languages, by keyboard alone and without scripts.

The accounting system is its sandbox, asked over real HTTP.
"""

import pytest

from sluse.connectors.business_central.connector import BusinessCentral
from sluse.sandbox.remote import Remote
from sluse.sync import orchestrator
from tests.browser import stage as stages
from tests.browser.hands import MANNERS
from tests.browser.stage import Stage
from tests.browser.stories import auditing, comparing, failing, overview, pausing, running, setting_up
from tests.browser.visit import Site

pytestmark = pytest.mark.browser

STORIES = {
    "set up and enable": setting_up.STORY,
    "pause and resume": pausing.STORY,
    "sync now": running.STORY,
    "failures by cause": failing.STORY,
    "audit export": auditing.STORY,
    "comparison": comparing.STORY,
    "overview and toggle": overview.STORY,
}


@pytest.fixture
def stage(erp: Remote, site: Site, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A slice takes four, so that a run of eight stands still half-way until the story goes on."""
    monkeypatch.setattr(orchestrator, "ROWS_PER_SLICE", 4)
    monkeypatch.setattr(BusinessCentral, "batch_size", 4)
    return stages.make(erp=erp, site=site)


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("story", STORIES)
def test_story(story: str, manner: str, stage: Stage) -> None:
    told = STORIES[story]
    told.begins(stage)
    hand = MANNERS[manner].visit(stage.site, told.person(stage))
    for step in told.steps:
        step(hand, stage)
