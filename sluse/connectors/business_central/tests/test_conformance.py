"""The suite that every connector passes, here against Business Central's sandbox: both documents, posted or left."""

import pytest
from pytest_django import Settings

from sluse.connectors import contract, contract_waiting
from sluse.connectors.business_central.tests.harness import (
    DraftHarness,
    Harness,
    JournalDraftHarness,
    JournalHarness,
)
from sluse.connectors.contract_waiting import WaitingCase
from sluse.connectors.harness import Case
from sluse.connectors.tests.sandboxed import FAULTS

CASES = [
    pytest.param(kind, case, id=f"{kind.__name__}-{case.name}")
    for kind, refuses_repeats in [
        (Harness, True),
        (DraftHarness, False),
        (JournalHarness, True),
        (JournalDraftHarness, False),
    ]
    for case in contract.cases(
        writes=kind.writes,
        reads=kind.reads,
        attaches=kind.attaches,
        troubles=list(FAULTS),
        refuses_repeats=refuses_repeats,
    )
]


@pytest.mark.parametrize(("kind", "case"), CASES)
async def test_conformance(kind: type[Harness], case: Case, harness: Harness, settings: Settings) -> None:
    await case.run(kind(base=harness.remote.base, settings=settings))


WAITING = contract_waiting.cases(waits=Harness.waits, writes=Harness.writes, reads=Harness.reads)


@pytest.mark.parametrize("case", WAITING, ids=lambda case: case.name)
async def test_what_is_asked_to_wait_waits(case: WaitingCase, harness: Harness) -> None:
    await case.run(harness)
