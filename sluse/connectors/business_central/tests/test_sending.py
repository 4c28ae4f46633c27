"""What becomes of vouchers when Business Central does what it is documented, or assumed, to do."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from sluse.connectors import base
from sluse.connectors.base import Outcome, Receipt, Stage
from sluse.connectors.business_central.tests.harness import Harness, line, voucher
from sluse.connectors.harness import Gate, connected, settle
from sluse.sandbox.business_central.seed import BLOCKED_VENDOR, EURO_VENDOR

SNAPSHOT_SWITCHES = (
    "rolled_back_operations_report_success",
    "snapshot_stops_at_refusal",
    "batch_answers_in_order",
)
LOCKED = "The Purchase Header table cannot be changed because it is locked by another user."


async def send(
    harness: Harness, *numbers: int, unfinished: dict[str, Receipt] | None = None
) -> list[Outcome]:
    async with connected(harness) as connector:
        return await connector.post([voucher(number) for number in numbers], unfinished=unfinished or {})


@pytest.mark.parametrize("values", list(product([True, False], repeat=3)), ids=str)
async def test_one_refused_voucher_rolls_back_the_snapshot_and_the_others_are_posted_all_the_same(
    harness: Harness, values: tuple[bool, ...]
) -> None:
    harness.remote.switches(**dict(zip(SNAPSHOT_SWITCHES, values, strict=True)))
    vouchers = [voucher(0), voucher(1, claimant="V99999"), voucher(2), voucher(3, claimant=BLOCKED_VENDOR)]
    async with connected(harness) as connector:
        outcomes = await connector.post(vouchers, unfinished={})
    assert [type(outcome) for outcome in outcomes] == [base.Posted, base.Rejected, base.Posted, base.Rejected]
    assert [outcomes[1].code, outcomes[3].code] == ["vendor_unknown", "vendor_blocked"]  # type: ignore[union-attr]
    assert {held.reference for held in harness.held()} == {vouchers[0].reference, vouchers[2].reference}


async def test_two_hundred_reimbursements_cost_ten_requests(harness: Harness) -> None:
    async with connected(harness) as connector:
        for start in range(0, 200, connector.batch_size):
            numbers = range(start, start + connector.batch_size)
            outcomes = await connector.post([voucher(number) for number in numbers], unfinished={})
            assert all(isinstance(outcome, base.Posted) for outcome in outcomes)
    counts = harness.remote.counts(tenant=harness.tenant)
    # A sign-in, a look at whether lines inherit, and two for each of four batches.
    assert (counts["requests"], counts["tokens"], counts["posted"]) == (10, 1, 200)
    assert counts["posted_total"] == f"{sum(voucher(number).total for number in range(200)):.2f}"


async def test_a_closed_period_is_said_in_a_bookkeepers_words_and_leaves_no_draft(harness: Harness) -> None:
    harness.remote.company(tenant=harness.tenant, allow_posting_to="2026-10-31")
    [outcome] = await send(harness, 1)
    assert isinstance(outcome, base.Rejected)
    assert (outcome.code, outcome.response_code) == ("period_closed", 400)
    assert "Allow Posting" in outcome.message
    assert outcome.erp_message.startswith("Posting Date is not within")
    assert "CorrelationId" not in outcome.erp_message
    assert harness.held() == []
    harness.remote.company(tenant=harness.tenant, allow_posting_to="2026-12-31")
    [again] = await send(harness, 1)
    assert isinstance(again, base.Posted)


async def test_a_draft_that_cannot_be_taken_back_is_uncertain_and_finished_later(harness: Harness) -> None:
    harness.remote.company(tenant=harness.tenant, allow_posting_to="2026-10-31")
    harness.remote.fault(tenant=harness.tenant, kind="refuse", operation="DELETE ", status=500)
    [outcome] = await send(harness, 1)
    assert isinstance(outcome, base.Uncertain)
    async with connected(harness) as connector:
        found = await connector.find([voucher(1)])
        assert found[voucher(1).reference].stage is Stage.UNFINISHED
        harness.remote.company(tenant=harness.tenant, allow_posting_to="2026-12-31")
        await settle(connector, [voucher(1)])
    assert [held.is_posted for held in harness.held()] == [True]


async def test_a_total_that_business_central_makes_another_is_never_posted(harness: Harness) -> None:
    harness.remote.company(tenant=harness.tenant, rounds_invoices=True)
    odd, whole = voucher(0, lines=[line("7100", 15_550)]), voucher(1, lines=[line("7100", 15_500)])
    async with connected(harness) as connector:
        outcomes = await connector.post([odd, whole], unfinished={})
    assert isinstance(outcomes[0], base.Rejected)
    assert outcomes[0].code == "total_differs"
    assert isinstance(outcomes[1], base.Posted)
    assert [held.reference for held in harness.held()] == [whole.reference]


async def test_totals_that_are_missing_from_the_answer_are_read_before_they_are_believed(
    harness: Harness,
) -> None:
    harness.remote.switches(created_invoices_answer_totals=False)
    outcomes = await send(harness, 0, 1, 2)
    assert all(isinstance(outcome, base.Posted) for outcome in outcomes)


async def test_vat_is_inside_the_amount_so_the_total_is_what_was_approved(harness: Harness) -> None:
    with_vat = voucher(0, lines=[line("6800", 12_345, vat_code="HØY"), line("7140", 3_333, vat_code="LAV")])
    async with connected(harness) as connector:
        [outcome] = await connector.post([with_vat], unfinished={})
    assert isinstance(outcome, base.Posted)
    [held] = harness.remote.vouchers(tenant=harness.tenant)
    assert held["total"] == "156.78"
    assert [row["taxCode"] for row in held["lines"]] == ["HØY", "LAV"]


async def test_a_vendor_in_another_currency_is_owed_what_was_approved(harness: Harness) -> None:
    async with connected(harness) as connector:
        await connector.post([voucher(0, claimant=EURO_VENDOR)], unfinished={})
    [held] = harness.remote.vouchers(tenant=harness.tenant)
    assert (held["currencyCode"], held["status"]) == ("NOK", "Open")


async def test_lines_carry_account_text_amount_and_dimensions(harness: Harness) -> None:
    await send(harness, 0)
    [held] = harness.remote.vouchers(tenant=harness.tenant)
    assert held["lines"][0] == {
        "account": "7100",
        "amount": "155.00",
        "description": "Kjøring 2026-11-03",
        "taxCode": "INGEN",
        "dimensions": {"AVD": "10", "PROSJEKT": "4201"},
    }


async def test_drafts_are_delivered_where_the_organization_posts_them_itself(harness: Harness) -> None:
    harness.choices = {"post": False}
    [outcome] = await send(harness, 1)
    assert isinstance(outcome, base.Delivered)
    async with connected(harness) as connector:
        found = (await connector.find([voucher(1)]))[voucher(1).reference]
    assert (found.stage, found.receipt) == (Stage.DELIVERED, outcome.receipt)
    assert [held.is_posted for held in harness.held()] == [False]


async def test_a_draft_found_by_a_look_up_is_finished_and_not_made_again(harness: Harness) -> None:
    harness.remote.fault(tenant=harness.tenant, kind="drop_before", body="Microsoft.NAV.post")
    [first] = await send(harness, 1)
    assert isinstance(first, base.Uncertain)
    async with connected(harness) as connector:
        found = await connector.find([voucher(1)])
        unfinished = {reference: there.receipt for reference, there in found.items()}
    [second] = await send(harness, 1, unfinished=unfinished)
    assert isinstance(second, base.Posted)
    assert second.receipt.erp_id == unfinished[voucher(1).reference].erp_id
    assert len(harness.held()) == 1


async def test_what_is_posted_already_is_adopted_and_the_second_draft_taken_back(harness: Harness) -> None:
    [first] = await send(harness, 1)
    [second] = await send(harness, 1)
    assert isinstance(first, base.Posted)
    assert isinstance(second, base.Posted)
    assert second.receipt == first.receipt
    assert len(harness.held()) == 1


async def test_a_duplicate_refused_when_the_draft_is_made_is_adopted_too(harness: Harness) -> None:
    harness.remote.switches(duplicate_number_refused_at_create=True)
    [first] = await send(harness, 1)
    second = await send(harness, 0, 1, 2)
    assert isinstance(first, base.Posted)
    assert isinstance(second[1], base.Posted)
    assert second[1].receipt == first.receipt
    assert all(isinstance(outcome, base.Posted) for outcome in second)
    assert len(harness.held()) == 3


async def test_the_same_number_with_other_content_is_left_to_a_look_up(harness: Harness) -> None:
    await send(harness, 1)
    async with connected(harness) as connector:
        other = voucher(1, lines=[line("7100", 99_900)])
        [outcome] = await connector.post([other], unfinished={})
        assert isinstance(outcome, base.Uncertain)
        found = (await connector.find([other]))[other.reference]
        assert (found.stage, found.copies) == (base.Stage.POSTED, 1)
        assert found.total_ore != other.total_ore, "which makes it a conflict"


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 504},
        {"status": 400, "code": "Never_Heard_Of", "message": "Something new."},
        {"status": 204},
    ],
    ids=lambda fault: f"{fault['status']}-{fault.get('code', '')}",
)
@pytest.mark.parametrize("operation", ["purchaseInvoices?", "NAV.post"])
async def test_an_answer_that_proves_nothing_is_uncertain_for_that_voucher_alone(
    harness: Harness, operation: str, fault: dict[str, Any]
) -> None:
    harness.remote.fault(tenant=harness.tenant, kind="refuse", operation="POST companies", count=0)
    harness.remote.fault(tenant=harness.tenant, kind="refuse", operation=operation, **fault)
    outcomes = await send(harness, 0, 1, 2)
    assert [type(outcome) for outcome in outcomes] == [base.Uncertain, base.Posted, base.Posted]
    harness.heal()
    async with connected(harness) as connector:
        await settle(connector, [voucher(0), voucher(1), voucher(2)])
    assert [held.is_posted for held in harness.held()] == [True] * 3


@pytest.mark.parametrize(
    "place", [{"operation": "POST ", "body": "pricesIncludeTax"}, {"operation": "NAV.post"}], ids=str
)
@pytest.mark.parametrize(("status", "message"), [(400, LOCKED), (409, "deadlocked")])
async def test_a_lock_is_waited_for_once_where_nothing_was_done(
    harness: Harness, status: int, message: str, place: dict[str, str]
) -> None:
    locked = {"kind": "refuse", "status": status, "code": "Application_DialogException", "message": message}
    harness.remote.fault(tenant=harness.tenant, **locked, **place)
    outcomes = await send(harness, 0, 1)
    assert [type(outcome) for outcome in outcomes] == [base.Posted, base.Posted]
    harness.remote.fault(tenant=harness.tenant, count=9, **locked, **place)
    [outcome] = await send(harness, 2)
    assert isinstance(outcome, base.Uncertain)
    harness.heal()
    async with connected(harness) as connector:
        await settle(connector, [voucher(2)])
    assert [held.is_posted for held in harness.held()] == [True] * 3


async def test_a_refusal_that_leaves_the_invoice_posted_is_posted(harness: Harness) -> None:
    """What is read afterwards tells more than what the action answered."""
    await send(harness, 1)
    async with connected(harness) as connector:
        found = await connector.find([voucher(1)])
    receipt = found[voucher(1).reference].receipt
    [outcome] = await send(harness, 1, unfinished={voucher(1).reference: receipt})
    assert outcome == base.Posted(receipt=receipt, response_code=400)


async def test_missing_permissions_stop_the_run_before_anything_is_there(harness: Harness) -> None:
    harness.remote.company(tenant=harness.tenant, may_write=False)
    async with connected(harness) as connector:
        with pytest.raises(base.UnauthorizedError, match="permission sets"):
            await connector.post([voucher(0), voucher(1)], unfinished={})
    assert harness.held() == []


async def test_missing_permission_to_post_forgets_no_draft(harness: Harness) -> None:
    harness.remote.fault(
        tenant=harness.tenant, kind="refuse", operation="NAV.post", status=403, code="Internal", count=4
    )
    outcomes = await send(harness, 0, 1)
    assert [type(outcome) for outcome in outcomes] == [base.Uncertain, base.Uncertain]
    async with connected(harness) as connector:
        found = await connector.find([voucher(0), voucher(1)])
        unfinished = {reference: there.receipt for reference, there in found.items()}
        with pytest.raises(base.UnauthorizedError):
            await connector.post([voucher(0), voucher(1)], unfinished=unfinished)
        harness.heal()
        await settle(connector, [voucher(0), voucher(1)])
    assert [held.is_posted for held in harness.held()] == [True, True]


async def test_a_switch_turned_off_after_a_roll_back_leaves_nothing_and_claims_nothing(
    harness: Harness,
) -> None:
    vouchers = [voucher(0), voucher(1, claimant="V99999"), voucher(2)]
    async with connected(harness, permit=Gate(refuses_from=2)) as connector:
        outcomes = await connector.post(vouchers, unfinished={})
    assert [type(outcome) for outcome in outcomes] == [base.NotSent, base.Rejected, base.NotSent]
    assert harness.held() == []


async def test_a_look_up_that_fails_after_a_roll_back_leaves_all_in_doubt(harness: Harness) -> None:
    harness.remote.fault(tenant=harness.tenant, kind="gateway", status=503, body="vendorInvoiceNumber%20eq")
    vouchers = [voucher(0), voucher(1, claimant="V99999"), voucher(2)]
    async with connected(harness) as connector:
        outcomes = await connector.post(vouchers, unfinished={})
    assert [type(outcome) for outcome in outcomes] == [base.Uncertain, base.Rejected, base.Uncertain]


async def test_a_wait_that_business_central_asks_for_is_passed_on(harness: Harness) -> None:
    harness.remote.fault(tenant=harness.tenant, kind="throttle", path="/$batch", retry_after="90")
    [outcome] = await send(harness, 1)
    assert isinstance(outcome, base.NotSent)
    assert (outcome.retry_after_seconds, outcome.response_code) == (90, 429)


async def test_a_voucher_that_owes_more_than_one_is_refused_here(harness: Harness) -> None:
    usual = voucher(0)
    owed = usual.lines[-1]
    parts = [replace(owed, amount_ore=-100), replace(owed, amount_ore=owed.amount_ore + 100)]
    odd = replace(usual, lines=(*usual.debits, *parts))
    async with connected(harness) as connector:
        outcomes = await connector.post([odd, voucher(1)], unfinished={})
    assert isinstance(outcomes[0], base.Rejected)
    assert isinstance(outcomes[1], base.Posted)
    assert len(harness.held()) == 1
