"""What every connector must do, over real HTTP against its sandbox: one suite for all of them.

A harness ties the suite to one accounting system. `cases` lists what applies to it; each case runs alone,
against a tenant that nobody else uses, and fails by `AssertionError`. Whatever went wrong on the way,
every case that sends vouchers ends with exactly one of each, to the øre.
"""

from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import timedelta

from sluse.connectors import base, contract_files
from sluse.connectors.base import Connector, Outcome, Stage
from sluse.connectors.harness import (
    PROVABLY_NOTHING,
    Case,
    Gate,
    Harness,
    Run,
    Trouble,
    Wrong,
    connected,
    must_be_one_of_each,
    must_raise,
    settle,
)
from sluse.vouchers.voucher import Voucher

FEW = 3


def cases(
    *,
    writes: Sequence[str],
    reads: Sequence[str],
    troubles: Sequence[Trouble],
    attaches: Sequence[str] = (),
    refuses_repeats: bool = True,
) -> list[Case]:
    """Everything that applies to an accounting system with these requests and these troubles. `refuses_repeats`: it
    has a guard of its own against a reference that it holds already."""
    checks = (
        *_CHECKS,
        *([_the_same_voucher_sent_again_stays_one] if refuses_repeats else []),
        *([_a_scan_finds_all_of_ours_and_nothing_else] if "scan" in reads else []),
    )
    plain = [Case(name=check.__name__.strip("_"), run=check) for check in checks]
    stopped = [_stopped_at(place, position) for position, place in enumerate(writes)]
    writing = [
        _trouble_writing(trouble, place, position)
        for trouble in troubles
        for position, place in enumerate(writes)
        if trouble is not Trouble.REPEATING_PAGE
    ]
    reading = [
        _trouble_reading(trouble, place)
        for trouble in troubles
        for place in reads
        if place != "find" or trouble is not Trouble.REPEATING_PAGE
    ]
    files = contract_files.cases(attaches=attaches, troubles=troubles)
    return [*plain, *stopped, *writing, *reading, *files]


# --- the cases ------------------------------------------------------------------------------------


async def _the_check_names_the_company(harness: Harness) -> None:
    async with connected(harness) as connector:
        company = await connector.check()
    assert company.name
    assert not company.problems


async def _a_wrong_secret_is_refused_even_after_a_right_one(harness: Harness) -> None:
    async with connected(harness) as connector:
        await connector.check()
    async with connected(harness, wrong=Wrong.SECRET) as connector:
        await must_raise(base.UnauthorizedError, connector.check())
        await must_raise(base.UnauthorizedError, connector.post([harness.voucher(1)], unfinished={}))
        await must_raise(base.ConnectorError, connector.find([harness.voucher(1)]))
    assert harness.changes() == 0
    assert not harness.held()


async def _another_company_is_refused(harness: Harness) -> None:
    async with connected(harness, wrong=Wrong.COMPANY) as connector:
        await must_raise(base.WrongCompanyError, connector.check())


async def _the_chart_lists_what_can_be_posted_to(harness: Harness) -> None:
    harness.use_small_pages()
    async with connected(harness) as connector:
        chart = await connector.chart()
    assert set(harness.known.accounts) <= set(chart.accounts)
    assert set(harness.known.vat_codes) <= set(chart.vat_codes)
    for code, values in harness.known.dimensions.items():
        assert set(values) <= set(chart.dimensions[code])


async def _vouchers_are_posted_once_to_the_ore_with_a_permit_each_time(harness: Harness) -> None:
    gate, vouchers = Gate(), [harness.voucher(number) for number in range(FEW)]
    async with connected(harness, permit=gate) as connector:
        assert await connector.find(vouchers) == {}
        outcomes = await connector.post(vouchers, unfinished={})
        found = await connector.find(vouchers)
    assert gate.asked == harness.changes() == len(harness.writes)
    for voucher, outcome in zip(vouchers, outcomes, strict=True):
        assert isinstance(outcome, harness.accepts)
        assert bool(outcome.receipt.number) is (harness.accepts is base.Posted)
        there = found[voucher.reference]
        assert (there.stage, there.total_ore, there.copies) == (_stage(harness), voucher.total_ore, 1)
        assert there.receipt == outcome.receipt
    must_be_one_of_each(harness, vouchers)


async def _a_whole_batch_is_posted(harness: Harness) -> None:
    async with connected(harness) as connector:
        vouchers = [harness.voucher(number) for number in range(connector.batch_size)]
        outcomes = await connector.post(vouchers, unfinished={})
    _must_all_be(outcomes, harness.accepts)
    must_be_one_of_each(harness, vouchers)


async def _a_refused_voucher_leaves_nothing_and_harms_no_other(harness: Harness) -> None:
    refused = harness.refused_voucher(1)
    vouchers = [harness.voucher(0), refused, harness.voucher(2)]
    async with connected(harness) as connector:
        outcomes = await connector.post(vouchers, unfinished={})
        assert await connector.find([refused]) == {}
    _must_all_be(outcomes[0::2], harness.accepts)
    assert isinstance(outcomes[1], base.Rejected)
    assert outcomes[1].message
    must_be_one_of_each(harness, [vouchers[0], vouchers[2]])


async def _the_same_voucher_sent_again_stays_one(harness: Harness) -> None:
    """Without a look-up in between, which the orchestrator never does: the accounting system's own guard."""
    vouchers = [harness.voucher(number) for number in range(FEW)]
    async with connected(harness) as connector:
        await connector.post(vouchers, unfinished={})
        again = await connector.post(vouchers, unfinished={})
    _must_all_be(again, base.Posted, base.Uncertain)
    must_be_one_of_each(harness, vouchers)


async def _a_scan_finds_all_of_ours_and_nothing_else(harness: Harness) -> None:
    harness.use_small_pages()
    *early, last = vouchers = [harness.voucher(number) for number in range(FEW)]
    foreign = replace(harness.voucher(FEW), reference="2026-1001")
    days = [voucher.posting_date for voucher in vouchers]
    async with connected(harness) as connector:
        await connector.post([*early, foreign], unfinished={})
        harness.post_there()
        await connector.post([last], unfinished={})
        found = await connector.scan(since=min(days))
        later = await connector.scan(since=max(days) + timedelta(days=1))
    assert {name: (there.stage, there.total_ore, there.copies) for name, there in found.items()} == {
        **{voucher.reference: (Stage.POSTED, voucher.total_ore, 1) for voucher in early},
        last.reference: (_stage(harness), last.total_ore, 1),
    }
    assert later == {}


async def _what_cannot_be_reached_was_not_sent(harness: Harness) -> None:
    async with connected(harness, wrong=Wrong.ADDRESS) as connector:
        outcomes = await connector.post([harness.voucher(0)], unfinished={})
        await must_raise(base.UnavailableError, connector.find([harness.voucher(0)]))
        await must_raise(base.UnavailableError, connector.check())
    _must_all_be(outcomes, base.NotSent)
    assert not harness.held()


_CHECKS: tuple[Run, ...] = (
    _the_check_names_the_company,
    _a_wrong_secret_is_refused_even_after_a_right_one,
    _another_company_is_refused,
    _the_chart_lists_what_can_be_posted_to,
    _vouchers_are_posted_once_to_the_ore_with_a_permit_each_time,
    _a_whole_batch_is_posted,
    _a_refused_voucher_leaves_nothing_and_harms_no_other,
    _what_cannot_be_reached_was_not_sent,
)


def _stopped_at(place: str, position: int) -> Case:
    """The gate closes just before this request: it never arrives, and what went before is not forgotten."""

    async def run(harness: Harness) -> None:
        vouchers = [harness.voucher(number) for number in range(FEW)]
        async with connected(harness, permit=Gate(refuses_from=position + 1)) as connector:
            outcomes = await connector.post(vouchers, unfinished={})
        assert harness.changes() == position
        _must_all_be(outcomes, base.Uncertain if position else base.NotSent)
        async with connected(harness) as connector:
            await settle(connector, vouchers, stage=_stage(harness))
        must_be_one_of_each(harness, vouchers)

    return Case(name=f"stopped_before_{place}", run=run)


def _trouble_writing(trouble: Trouble, place: str, position: int) -> Case:
    """Nothing may be claimed that is not proven, and after a look-up there is one of each."""
    proven = position == 0 and trouble in PROVABLY_NOTHING

    async def run(harness: Harness) -> None:
        vouchers = [harness.voucher(number) for number in range(FEW)]
        harness.cause(trouble, at=place)
        async with connected(harness) as connector:
            outcomes = await connector.post(vouchers, unfinished={})
            if trouble is Trouble.PARTIAL:
                _must_all_be(outcomes, base.Uncertain, harness.accepts)
                assert any(isinstance(outcome, base.Uncertain) for outcome in outcomes)
            else:
                _must_all_be(outcomes, base.NotSent if proven else base.Uncertain)
        harness.heal()
        async with connected(harness) as connector:
            await settle(connector, vouchers, stage=_stage(harness))
        must_be_one_of_each(harness, vouchers)

    return Case(name=f"{trouble}_at_{place}", run=run)


def _trouble_reading(trouble: Trouble, place: str) -> Case:
    """A look-up that was not answered well never says that nothing is there."""

    async def run(harness: Harness) -> None:
        vouchers = [harness.voucher(number) for number in range(FEW)]
        async with connected(harness) as connector:
            await connector.post(vouchers, unfinished={})
        harness.cause(trouble, at=place)
        async with connected(harness) as connector:
            await must_raise(base.UnavailableError, _asked(connector, place, vouchers))
        harness.heal()
        async with connected(harness) as connector:
            assert len(await connector.find(vouchers)) == len(vouchers)

    return Case(name=f"{trouble}_at_{place}", run=run)


def _asked(connector: Connector, place: str, vouchers: Sequence[Voucher]) -> Awaitable[object]:
    if place == "scan":
        return connector.scan(since=vouchers[0].posting_date)
    return connector.find(vouchers) if place == "find" else connector.chart()


def _must_all_be(outcomes: Sequence[Outcome], *kinds: type[Outcome]) -> None:
    assert outcomes
    for outcome in outcomes:
        assert isinstance(outcome, kinds), outcome


def _stage(harness: Harness) -> Stage:
    return Stage.POSTED if harness.accepts is base.Posted else Stage.DELIVERED
