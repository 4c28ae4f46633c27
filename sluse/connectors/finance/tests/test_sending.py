"""What happens to vouchers on their way into Finance, over real HTTP against its sandbox."""

from datetime import date
from typing import Any

import pytest

from sluse.connectors import base
from sluse.connectors.base import Attachment, Receipt, Stage
from sluse.connectors.finance.tests.harness import Harness, line, voucher
from sluse.connectors.harness import Gate, connected, must_be_one_of_each, settle

NUMBERS_MAX = 50


async def test_fifty_vouchers_take_two_requests_and_the_sign_in(harness: Harness) -> None:
    vouchers = [voucher(number) for number in range(NUMBERS_MAX)]
    async with connected(harness) as connector:
        await connector.post(vouchers, unfinished={})
    counts = harness.remote.counts(tenant=harness.tenant)
    assert (counts["changes"], counts["waiting"], counts["posted"]) == (2, 50, 0)


@pytest.mark.parametrize(("renumbers", "number"), [(False, "J00000001"), (True, "J00000001/GNJ000001")])
async def test_what_somebody_posts_there_is_found_posted(
    harness: Harness, number: str, *, renumbers: bool
) -> None:
    harness.remote.switches(renumbers_vouchers=renumbers)
    async with connected(harness) as connector:
        await connector.post([voucher(1)], unfinished={})
        harness.post_there()
        found = (await connector.find([voucher(1)]))[voucher(1).reference]
    assert (found.stage, found.receipt) == (Stage.POSTED, Receipt(erp_id="J00000001", number=number))


async def test_a_closed_period_keeps_the_journal_waiting(harness: Harness) -> None:
    harness.remote.company(tenant=harness.tenant, open_from="2027-01-01")
    async with connected(harness) as connector:
        await connector.post([voucher(1)], unfinished={})
        harness.post_there()
        found = await connector.find([voucher(1)])
    assert found[voucher(1).reference].stage is Stage.DELIVERED


async def test_a_voucher_with_more_lines_than_the_limit_is_never_sent(harness: Harness) -> None:
    large = voucher(1, lines=[line("7140", 100 + number) for number in range(10)])
    async with connected(harness) as connector:
        [outcome] = await connector.post([large], unfinished={})
    assert isinstance(outcome, base.Rejected)
    assert (outcome.code, harness.changes()) == ("too_many_lines", 0)
    harness.choices = {"lines_max": "11"}
    async with connected(harness) as connector:
        await connector.post([large], unfinished={})
    must_be_one_of_each(harness, [large])


@pytest.mark.parametrize("keeps", [True, False])
async def test_the_same_lines_are_not_believed_twice(harness: Harness, *, keeps: bool) -> None:
    """Sent to a journal that has them already: refused there, or seen as another total."""
    harness.remote.switches(keeps_line_numbers=keeps)
    one = voucher(1)
    async with connected(harness) as connector:
        await connector.post([one], unfinished={})
        [again] = await connector.post([one], unfinished={one.reference: Receipt(erp_id="J00000001")})
        found = (await connector.find([one]))[one.reference]
    if keeps:
        assert isinstance(again, base.Uncertain)
        assert found.total_ore == one.total_ore
    else:
        assert found.total_ore == 2 * one.total_ore


async def test_a_journal_that_came_late_and_stayed_empty_is_no_copy(harness: Harness) -> None:
    one = voucher(1)
    harness.remote.fault(tenant=harness.tenant, kind="drop_after", body="/LedgerJournalHeaders?")
    async with connected(harness) as connector:
        await connector.post([one], unfinished={})
        await connector.post([one], unfinished={})
        found = (await connector.find([one]))[one.reference]
    assert (found.copies, found.stage) == (1, Stage.DELIVERED)
    must_be_one_of_each(harness, [one])


async def test_where_a_batch_stops_at_a_refusal_the_rest_rests_and_gets_there(harness: Harness) -> None:
    harness.remote.switches(batch_goes_on=False)
    vouchers = [voucher(0), voucher(1, claimant="V99999"), voucher(2)]
    async with connected(harness) as connector:
        first, refused, rest = await connector.post(vouchers, unfinished={})
        await settle(connector, [voucher(0), voucher(2)], stage=Stage.DELIVERED)
    assert isinstance(first, base.Delivered)
    assert isinstance(refused, base.Rejected)
    assert isinstance(rest, base.Uncertain)
    must_be_one_of_each(harness, [voucher(0), voucher(2)])


@pytest.mark.parametrize(
    ("choices", "lines", "code"),
    [
        ({}, [line("1234", 100)], "account_unknown"),
        ({"dimension_format": "MainAccount-Project"}, [line("7140", 100)], "dimension_unknown"),
        ({}, [line("7140", 100, vat_code="FULL")], "sales_tax_group_missing"),
        ({"sales_tax_group": "INNLAND"}, [line("7140", 100, vat_code="ODD")], "vat_code_unknown"),
        ({"journal_name": "Nothing"}, [line("7140", 100)], "journal_name_unknown"),
        (
            {"dimension_format": "MainAccount-CostCenter-Project-Fund-More"},
            [line("7140", 100)],
            "dimension_format",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_refusal_says_what_to_change(
    harness: Harness, choices: dict[str, Any], lines: list[Any], code: str
) -> None:
    harness.choices = choices
    async with connected(harness) as connector:
        [outcome] = await connector.post([voucher(1, lines=lines)], unfinished={})
        assert await connector.find([voucher(1)]) == {}
    assert isinstance(outcome, base.Rejected)
    assert (outcome.code, "stacktrace" in outcome.erp_message) == (code, False)


async def test_an_application_without_a_user_is_not_let_in(harness: Harness) -> None:
    harness.remote.company(tenant=harness.tenant, application_is_mapped=False)
    async with connected(harness) as connector:
        with pytest.raises(base.UnauthorizedError):
            await connector.post([voucher(1)], unfinished={})
        with pytest.raises(base.UnauthorizedError):
            await connector.check()


async def test_an_update_conflict_is_no_refusal(harness: Harness) -> None:
    message = "Cannot edit a record in Ledger journal table. An update conflict occurred."
    harness.remote.fault(
        tenant=harness.tenant, kind="refuse", status=400, message=message, body="/LedgerJournalLines?"
    )
    async with connected(harness) as connector:
        [outcome] = await connector.post([voucher(1)], unfinished={})
        await settle(connector, [voucher(1)], stage=Stage.DELIVERED)
    assert isinstance(outcome, base.Uncertain)
    must_be_one_of_each(harness, [voucher(1)])


async def test_a_scan_does_not_depend_on_journals_it_cannot_see(harness: Harness) -> None:
    async with connected(harness) as connector:
        await connector.post([voucher(1)], unfinished={})
        assert await connector.scan(since=date(2026, 11, 21)) == {}
        assert set(await connector.scan(since=date(2026, 11, 20))) == {voucher(1).reference}


async def test_a_file_is_refused_with_a_plain_sentence_and_without_a_request(harness: Harness) -> None:
    file = Attachment(
        voucher=voucher(1),
        receipt=Receipt(erp_id="J1"),
        name="1.pdf",
        media_type="application/pdf",
        content=b"%",
    )
    gate = Gate()
    async with connected(harness, permit=gate) as connector:
        [outcome] = await connector.attach([file])
    assert isinstance(outcome, base.Rejected)
    assert (outcome.code, gate.asked) == ("attachments_not_supported", 0)
