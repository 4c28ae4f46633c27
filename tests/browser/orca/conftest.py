"""The same scene as the spoken journey, in a window that Orca reads."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.browser.orca.desktop import Desktop, started
from tests.browser.test_spoken import stage

__all__ = ["stage"]

SHOWN = [
    *(argument for argument in CHROMIUM_ARGUMENTS if argument != "--headless"),
    "--force-renderer-accessibility",
    "--lang=nb",  # a browser in the language of the page offers no translation of it
]


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    with started(Path(tmp_path_factory.mktemp("desktop"))) as desktop:
        yield desktop


@pytest.fixture(scope="module")
def chromium(desktop: Desktop) -> Iterator[Browser]:
    """The machine's own Chromium, not headless: a reader reads windows."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in the thread the tests run in
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=SHOWN, headless=False, env=dict(desktop.environment)
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
