"""The suite that every connector passes, here against Finance's sandbox."""

import pytest

from sluse.connectors import contract, contract_waiting
from sluse.connectors.contract_waiting import WaitingCase
from sluse.connectors.finance.tests.harness import Harness
from sluse.connectors.harness import Case
from sluse.connectors.tests.sandboxed import FAULTS

CASES = contract.cases(
    writes=Harness.writes, reads=Harness.reads, troubles=list(FAULTS), refuses_repeats=False
)
"""Nothing in Finance makes our reference unique, so only our look-up keeps a voucher from being sent twice."""
WAITING = contract_waiting.cases(waits=Harness.waits, writes=Harness.writes, reads=Harness.reads)
OTHER_WAYS: list[dict[str, object]] = [
    {"keeps_integration_key": False},
    {"refusal_status": 500},
    {"renumbers_vouchers": True},
    {"throttled_answers_say_when": False},
    {"token_refusal_status": 400},
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_conformance(case: Case, harness: Harness) -> None:
    await case.run(harness)


@pytest.mark.parametrize("case", WAITING, ids=lambda case: case.name)
async def test_what_is_asked_to_wait_waits(case: WaitingCase, harness: Harness) -> None:
    await case.run(harness)


@pytest.mark.parametrize("ways", OTHER_WAYS, ids=lambda ways: next(iter(ways)))
async def test_conformance_where_it_is_the_other_way(ways: dict[str, object], harness: Harness) -> None:
    harness.remote.switches(**ways)
    for case in CASES:
        if case.name in CHEAP:
            await case.run(harness)
            harness.remote.reset(tenant=harness.tenant)


CHEAP = {
    "a_wrong_secret_is_refused_even_after_a_right_one",
    "vouchers_are_posted_once_to_the_ore_with_a_permit_each_time",
    "a_refused_voucher_leaves_nothing_and_harms_no_other",
    "answer_lost_at_journal",
    "answer_lost_at_lines",
    "executed_late_at_lines",
    "throttled_at_journal",
}
