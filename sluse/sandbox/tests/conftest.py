from collections.abc import Iterator

import pytest

from sluse.sandbox import business_central
from sluse.sandbox.serve import running
from sluse.sandbox.tests.caller import Caller


@pytest.fixture(scope="module")
def sandbox_address() -> Iterator[str]:
    with running(business_central.create()) as base:
        yield base


@pytest.fixture
def caller(sandbox_address: str) -> Iterator[Caller]:
    """Signed in to a tenant of its own."""
    with Caller(base=sandbox_address) as caller:
        yield caller
        caller.remote.reset()
