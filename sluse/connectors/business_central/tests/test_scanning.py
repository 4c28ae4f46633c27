"""Everything of ours since a day, over all pages, and nothing of anybody else."""

from datetime import date, timedelta

import pytest

from sluse.connectors import base
from sluse.connectors.base import Stage, UnavailableError
from sluse.connectors.business_central.tests.harness import Harness, line, opened, voucher
from sluse.sandbox.tests.caller import Caller

DAY = date(2026, 11, 20)


async def test_a_scan_finds_drafts_and_posted_ones_over_all_pages(harness: Harness) -> None:
    harness.remote.switches(page_rows_max=2)
    posted, drafts = [voucher(number) for number in range(3)], [voucher(number) for number in range(3, 6)]
    async with opened(harness) as connector:
        outcomes = await connector.post(posted, unfinished={})
    harness.choices = {"post": False}
    async with opened(harness) as connector:
        await connector.post(drafts, unfinished={})
        found = await connector.scan(since=DAY)
    assert {name: there.stage for name, there in found.items()} == {
        **{ours.reference: Stage.POSTED for ours in posted},
        **{ours.reference: Stage.DELIVERED for ours in drafts},
    }
    assert all(found[ours.reference].total_ore == ours.total_ore for ours in [*posted, *drafts])
    assert isinstance(outcomes[0], base.Posted)
    assert found[posted[0].reference].receipt == outcomes[0].receipt
    assert all(
        "data-access-intent" not in request["headers"]
        for request in harness.remote.requests(tenant=harness.tenant)
    )


async def test_a_scan_leaves_out_what_is_older_and_what_is_not_ours(harness: Harness) -> None:
    old = voucher(0, posting_date=DAY - timedelta(days=1))
    with Caller(base=harness.remote.base, tenant=harness.tenant) as somebody:
        somebody.create("FAKTURA 17")
    async with opened(harness) as connector:
        await connector.post([old, voucher(1)], unfinished={})
        found = await connector.scan(since=DAY)
    assert set(found) == {voucher(1).reference}


async def test_a_scan_counts_copies(harness: Harness) -> None:
    harness.choices = {"post": False}
    other = voucher(1, lines=[line("7100", 100)])
    async with opened(harness) as connector:
        await connector.post([voucher(1)], unfinished={})
        await connector.post([other], unfinished={})
        found = await connector.scan(since=DAY)
    assert found[voucher(1).reference].copies == 2


@pytest.mark.parametrize(
    "fault", [{"kind": "repeat", "count": 1_000}, {"kind": "elsewhere"}, {"kind": "gateway"}, {"kind": "odd"}]
)
async def test_a_scan_that_could_not_read_everything_says_so(
    harness: Harness, fault: dict[str, object]
) -> None:
    async with opened(harness) as connector:
        await connector.post([voucher(1)], unfinished={})
        harness.remote.fault(tenant=harness.tenant, path="/purchaseInvoices", **fault)
        with pytest.raises(UnavailableError):
            await connector.scan(since=DAY)
