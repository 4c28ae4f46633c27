"""The suite that every connector passes, here against Xledger's sandbox."""

import pytest

from sluse.connectors import contract
from sluse.connectors.harness import Case
from sluse.connectors.tests.sandboxed import FAULTS
from sluse.connectors.xledger.tests.harness import Harness

CASES = contract.cases(
    writes=Harness.writes,
    reads=Harness.reads,
    attaches=Harness.attaches,
    troubles=list(FAULTS),
    refuses_repeats=False,
)
"""Nothing at Xledger is unique but its own ids, so only our look-up keeps a voucher from being sent twice."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_conformance(case: Case, harness: Harness) -> None:
    await case.run(harness)
    assert harness.remote.violations() == []
