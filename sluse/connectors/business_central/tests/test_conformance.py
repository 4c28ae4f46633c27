"""The suite that every connector passes, here against Business Central's sandbox."""

import pytest

from sluse.connectors import contract
from sluse.connectors.business_central.tests.harness import Harness
from sluse.connectors.harness import Case
from sluse.connectors.tests.sandboxed import FAULTS

CASES = contract.cases(writes=Harness.writes, reads=Harness.reads, troubles=list(FAULTS))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_conformance(case: Case, harness: Harness) -> None:
    await case.run(harness)
