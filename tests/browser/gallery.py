"""The gallery of `docs/screens/`: every screen, wide and narrow, light and dark. `make gallery` draws it anew.

It draws what the inclusion test walks over, at one hour that stands still, so that only what changed looks changed.
"""

import base64
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from tests.browser import screens
from tests.browser.conftest import Scene
from tests.browser.visit import Site, Visit

pytestmark = pytest.mark.browser

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screens"
MODES = ("light", "dark", "phone", "dark phone", "forced colours")
QUALITY_PERCENT = 40
HOUR = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
WORKERS = {"": "nobody", "kari": "administrator", "rune": "auditor", "grete": "global administrator"}
NO_NAME = re.compile(r"[^a-z0-9]+")


@pytest.fixture(autouse=True)
def _hour() -> object:
    with time_machine.travel(HOUR, tick=True) as stopped:
        yield stopped


def test_draw(site: Site, scene: Scene) -> None:
    ids = screens.fill(scene)
    FOLDER.mkdir(exist_ok=True)
    for picture in FOLDER.glob("*.webp"):
        picture.unlink()
    for person, paths in screens.SCREENS.items():
        for mode in MODES:
            visit = site.visit(getattr(scene, person) if person else None, **screens.MODES[mode])
            for path in paths:
                visit.go(path.format(**ids))
                _draw(visit, FOLDER / picture_name(person=person, path=path, mode=mode))
    (FOLDER / "README.md").write_text(index(), encoding="utf-8")


def index() -> str:
    """One line for each screen: its address, who looks, and the five pictures."""
    lines = [
        "# Every screen",
        "",
        "Drawn by `make gallery`, with the people and the failures of the tests.",
        "",
    ]
    for person, paths in screens.SCREENS.items():
        lines += [f"## {WORKERS[person].capitalize()}", "", "| address | pictures |", "|---|---|"]
        for path in paths:
            shown = [f"[{mode}]({picture_name(person=person, path=path, mode=mode)})" for mode in MODES]
            lines.append(f"| `{_named(path)}` | {', '.join(shown)} |")
        lines.append("")
    return "\n".join(lines)


def picture_name(*, person: str, path: str, mode: str) -> str:
    words = f"{person or 'nobody'} {_named(path)} {mode}"
    return NO_NAME.sub("-", words.lower()).strip("-") + ".webp"


def _named(path: str) -> str:
    """With the name of each fact in place of the fact, which is another each time."""
    return path.replace("{", "").replace("}", "")


def _draw(visit: Visit, path: Path) -> None:
    """Playwright makes PNG alone; the browser itself also makes WebP, a quarter as large."""
    session = visit.context.new_cdp_session(visit.page)
    wanted = {"format": "webp", "quality": QUALITY_PERCENT, "captureBeyondViewport": True}
    taken = session.send(
        "Page.captureScreenshot",
        wanted | {"clip": session.send("Page.getLayoutMetrics")["cssContentSize"] | {"scale": 1}},
    )
    path.write_bytes(base64.b64decode(taken["data"]))
    session.detach()
