"""Dimensions get to the header and the lines, whichever way Business Central takes them."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings as DjangoSettings

from sluse.connectors import base
from sluse.connectors.base import Outcome, Stage
from sluse.connectors.business_central.tests.harness import (
    DraftHarness,
    Harness,
    JournalDraftHarness,
    JournalHarness,
    line,
    opened,
    voucher,
)
from sluse.connectors.harness import Gate, settle
from sluse.vouchers.voucher import Voucher

WANTED = {"AVD": "10", "PROSJEKT": "4201"}
SWITCHES = [
    {"line_dimensions_inside_deep_insert": nests, "lines_inherit_header_dimensions": inherits}
    for nests in (True, False)
    for inherits in (True, False)
]


@pytest.fixture(
    params=[Harness, DraftHarness, JournalHarness, JournalDraftHarness], ids=lambda kind: kind.__name__
)
def each(request: pytest.FixtureRequest, harness: Harness, settings: DjangoSettings) -> Iterator[Harness]:
    return request.param(base=harness.remote.base, settings=settings)  # type: ignore[no-any-return]


async def send(harness: Harness, *vouchers: Voucher) -> list[Outcome]:
    async with opened(harness) as connector:
        return await connector.post(vouchers, unfinished={})


def lines(harness: Harness) -> list[dict[str, Any]]:
    return [row for held in harness.remote.vouchers(tenant=harness.tenant) for row in held["lines"]]


@pytest.mark.parametrize("switches", SWITCHES, ids=str)
async def test_every_line_has_its_dimensions_under_every_assumption(
    each: Harness, switches: dict[str, bool]
) -> None:
    each.remote.switches(**switches)
    for number in (0, 50, 100):
        outcomes = await send(each, voucher(number), voucher(number + 1))
        assert all(isinstance(outcome, each.accepts) for outcome in outcomes)
    assert {one["dimensions"]["AVD"] for one in lines(each)} == {"10"}
    assert all(set(one["dimensions"]) == set(WANTED) for one in lines(each))


@pytest.mark.parametrize("switches", SWITCHES, ids=str)
@pytest.mark.parametrize("owner", ["7140", "V00001"])
async def test_a_default_dimension_gives_way_to_what_was_approved(
    each: Harness, owner: str, switches: dict[str, bool]
) -> None:
    each.remote.switches(**switches)
    each.remote.company(tenant=each.tenant, default_dimensions={owner: {"AVD": "20", "PROSJEKT": "4201"}})
    for number in (0, 50):
        [outcome] = await send(each, voucher(number))
        assert isinstance(outcome, each.accepts)
    assert all(one["dimensions"] == WANTED for one in lines(each))


async def test_a_default_dimension_harms_no_other_voucher(each: Harness) -> None:
    each.remote.company(
        tenant=each.tenant, default_dimensions={"V00002": {"AVD": "20"}, "7140": {"AVD": "20"}}
    )
    outcomes = await send(each, *[voucher(number) for number in range(6)], voucher(7, claimant="V99999"))
    assert all(isinstance(outcome, each.accepts) for outcome in outcomes[:-1])
    assert isinstance(outcomes[-1], base.Rejected)
    assert len(each.held()) == 6


async def test_the_vendors_own_mandatory_dimension_is_met_by_what_the_lines_share(harness: Harness) -> None:
    harness.remote.company(tenant=harness.tenant, mandatory_dimensions={"V00001": "AVD"})
    [outcome] = await send(harness, voucher(0))
    assert isinstance(outcome, base.Posted)
    [held] = harness.remote.vouchers(tenant=harness.tenant)
    assert held["dimensions"] == WANTED


@pytest.mark.parametrize("refuses_from", [2, 3])
async def test_a_draft_that_was_left_before_its_dimensions_followed_is_finished(
    each: Harness, refuses_from: int
) -> None:
    """Never posted, and never taken for delivered, without them."""
    each.remote.switches(line_dimensions_inside_deep_insert=False)
    async with opened(each, permit=Gate(refuses_from=refuses_from)) as connector:
        [outcome] = await connector.post([mixed(0)], unfinished={})
    assert not isinstance(outcome, each.accepts)
    each.remote.switches(line_dimensions_inside_deep_insert=True)
    async with opened(each) as connector:
        found = await connector.find([mixed(0)])
        assert all(there.stage is Stage.UNFINISHED for there in found.values())
        stage = Stage.POSTED if each.accepts is base.Posted else Stage.DELIVERED
        await settle(connector, [mixed(0)], stage=stage)
    assert len(each.held()) == 1
    assert [one["dimensions"]["PROSJEKT"] for one in lines(each)[:2]] == ["4201", "4202"]
    assert all(one["dimensions"]["AVD"] == "10" for one in lines(each))


async def test_a_dimension_that_is_refused_takes_its_draft_with_it(each: Harness) -> None:
    each.remote.switches(line_dimensions_inside_deep_insert=False)
    refused = {"status": 400, "code": "Application_DialogException"}
    message = 'The "valueCode" does not match to a Dimension Value.'
    each.remote.fault(
        tenant=each.tenant,
        kind="refuse",
        operation="dimensionSetLines?",
        body="4203",
        message=message,
        **refused,
    )
    outcomes = await send(each, mixed(0), mixed(1))
    assert isinstance(outcomes[0], each.accepts)
    assert isinstance(outcomes[1], base.Rejected)
    assert outcomes[1].code == "dimension_value_unknown"
    assert [held.reference for held in each.held()] == [mixed(0).reference]


def mixed(number: int) -> Voucher:
    """On one cost centre, and on two projects."""
    return voucher(number, lines=[line("7100", 15_500, number), line("7140", 5_600, number + 1)])
