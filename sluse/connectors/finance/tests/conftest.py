from collections.abc import Iterator

import pytest
from pytest_django import Settings

from sluse.connectors.finance.tests.harness import Harness
from sluse.connectors.tests import sandboxed
from sluse.sandbox import finance as sandbox
from sluse.sandbox.serve import running


@pytest.fixture(scope="module")
def sandbox_address() -> Iterator[str]:
    with running(sandbox.create()) as base:
        yield base


@pytest.fixture
def harness(sandbox_address: str, settings: Settings) -> Iterator[Harness]:
    yield from sandboxed.lent(Harness(base=sandbox_address, settings=settings))
