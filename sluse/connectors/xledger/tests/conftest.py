from collections.abc import Iterator

import pytest
from pytest_django import Settings

from sluse.connectors.xledger.tests.harness import Harness
from sluse.sandbox import xledger as sandbox
from sluse.sandbox.serve import running


@pytest.fixture(scope="module")
def sandbox_address() -> Iterator[str]:
    with running(sandbox.create()) as base:
        yield base


@pytest.fixture
def harness(sandbox_address: str, settings: Settings) -> Iterator[Harness]:
    """An entity of its own, in a sandbox as it is from the start."""
    settings.LANGUAGE_CODE = "en"
    harness = Harness(base=sandbox_address, settings=settings)
    yield harness
    harness.remote.reset()
