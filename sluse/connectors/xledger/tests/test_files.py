"""Receipts' files at Xledger under every assumption, and what a scan finds there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sluse.connectors import base
from sluse.connectors.base import Attachment, Connector, Stage
from sluse.connectors.harness import connected
from sluse.connectors.xledger import files
from sluse.connectors.xledger.tests.harness import Harness, voucher
from sluse.vouchers.voucher import Voucher


async def staged(connector: Connector, count: int = 1) -> list[Voucher]:
    vouchers = [voucher(number) for number in range(count)]
    for outcome in await connector.post(vouchers, unfinished={}):
        assert isinstance(outcome, base.Delivered)
    return vouchers


def file(one: Voucher, number: int = 1, *, size: int = 10, media_type: str = "image/png") -> Attachment:
    return Attachment(
        voucher=one,
        receipt=base.Receipt(erp_id="1"),
        name=f"{number}.png",
        media_type=media_type,
        content=bytes([number]) * size,
    )


async def test_the_files_of_many_vouchers_are_one_upload(harness: Harness) -> None:
    async with connected(harness) as connector:
        vouchers = await staged(connector, 50)
        outcomes = await connector.attach([file(one, number) for one in vouchers for number in (1, 2)])
    assert {type(outcome) for outcome in outcomes} == {base.Attached}
    assert len(harness.files()) == 100
    assert harness.changes() == 2


async def test_a_large_upload_is_divided(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "UPLOAD_BYTES_MAX", 1_000)
    async with connected(harness) as connector:
        vouchers = await staged(connector, 4)
        outcomes = await connector.attach([file(one, size=400) for one in vouchers])
    assert {type(outcome) for outcome in outcomes} == {base.Attached}
    assert harness.changes() == 3


async def test_a_file_that_xledger_passes_over_is_said_to_be_missing(harness: Harness) -> None:
    harness.remote.switches(invoice_file="ignored")
    async with connected(harness) as connector:
        [one] = await staged(connector)
        [outcome] = await connector.attach([file(one)])
        harness.remote.switches(invoice_file="accepted")
        [again] = await connector.attach([file(one)])
    assert isinstance(outcome, base.Rejected)
    assert outcome.code == "file_not_kept"
    assert isinstance(again, base.Attached)


async def test_more_files_than_rows_are_refused_one_by_one(harness: Harness) -> None:
    async with connected(harness) as connector:
        [one] = await staged(connector)
        outcomes = await connector.attach([file(one, number) for number in range(1, 5)])
    assert [type(outcome) for outcome in outcomes] == [base.Attached] * 3 + [base.Rejected]
    assert "more receipts than rows" in getattr(outcomes[3], "message", "")
    assert len(harness.files()) == 3


@pytest.mark.parametrize("stays", [True, False])
async def test_what_is_posted_takes_no_file_any_more(harness: Harness, *, stays: bool) -> None:
    harness.remote.switches(posted_rows_stay=stays)
    async with connected(harness) as connector:
        [one] = await staged(connector)
        harness.post_there()
        changes = harness.changes()
        [outcome] = await connector.attach([file(one)])
    assert isinstance(outcome, base.Rejected)
    assert "posted the voucher already (100001)" in outcome.message
    assert harness.changes() == changes


async def test_a_row_that_cannot_be_changed_harms_no_other(harness: Harness) -> None:
    async with connected(harness) as connector:
        first, second = await staged(connector, 2)
        harness.remote.switches(staged_rows_may_change=False)
        outcomes = await connector.attach([file(first), file(second)])
        found = await connector.find([first, second])
    assert [type(outcome) for outcome in outcomes] == [base.Rejected] * 2
    assert {there.total_ore for there in found.values()} == {first.total_ore, second.total_ore}


@pytest.mark.parametrize("stores", ["nothing", "valid", "prefix"])
async def test_whatever_a_refused_upload_keeps_no_file_is_there_twice(harness: Harness, stores: str) -> None:
    harness.remote.switches(failing_batch_stores=stores)
    async with connected(harness) as connector:
        first, second = await staged(connector, 2)
        odd = replace(file(second), name='2".png')  # its name does not survive the form's own quoting
        outcomes = await connector.attach([file(first), odd, file(second, 3)])
    assert [type(outcome) for outcome in outcomes] == [base.Attached, base.Rejected, base.Attached]
    assert sorted(one.name for one in harness.files()) == ["1.png", "3.png"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"media_type": "application/zip"}, "file_type_not_supported"),
        ({"size": files.FILE_BYTES_MAX + 1}, "file_too_large"),
    ],
)
async def test_what_nobody_could_read_there_is_not_sent(
    harness: Harness, wrong: dict[str, int], code: str
) -> None:
    async with connected(harness) as connector:
        [one] = await staged(connector)
        [outcome] = await connector.attach([file(one, **wrong)])  # type: ignore[arg-type]  # one of two options
    assert isinstance(outcome, base.Rejected)
    assert outcome.code == code
    assert harness.changes() == 1


def test_a_long_name_is_marked_by_its_hash() -> None:
    marks = {files.mark(replace(file(voucher(0)), name=f"{'x' * 30}-{number}")) for number in range(3)}
    assert len(marks) == 3
    assert {len(mark) for mark in marks} == {files.MARK_CHARACTERS_MAX}


@pytest.mark.parametrize("by_date", [True, False])
@pytest.mark.parametrize("stays", [True, False])
async def test_a_scan_finds_each_once_wherever_it_is(harness: Harness, *, by_date: bool, stays: bool) -> None:
    harness.remote.switches(ledger_filters_by_date=by_date, posted_rows_stay=stays)
    async with connected(harness) as connector:
        first, second = await staged(connector, 2)
        harness.post_there()
        await connector.post([voucher(2), voucher(2)], unfinished={})
        found = await connector.scan(since=first.posting_date)
        later = await connector.scan(since=first.posting_date + timedelta(days=1))
    assert {name: (there.stage, there.total_ore, there.copies) for name, there in found.items()} == {
        first.reference: (Stage.POSTED, first.total_ore, 1),
        second.reference: (Stage.POSTED, second.total_ore, 1),
        voucher(2).reference: (Stage.DELIVERED, voucher(2).total_ore, 2),
    }
    assert later == {}
