"""Journals: one for each voucher, refused by the server when it comes twice, found again when it is posted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django import Settings as DjangoSettings

from sluse.connectors import base
from sluse.connectors.base import Attachment, Outcome, Stage
from sluse.connectors.business_central import payloads
from sluse.connectors.business_central.tests.harness import Harness, JournalHarness, line, opened, voucher
from sluse.connectors.harness import settle
from sluse.sandbox.business_central.seed import EURO_VENDOR
from sluse.sandbox.tests.caller import COMPANY, Caller
from sluse.vouchers.voucher import Voucher


@pytest.fixture
def journals(harness: Harness, settings: DjangoSettings) -> Iterator[Harness]:
    return JournalHarness(base=harness.remote.base, settings=settings)  # type: ignore[return-value]


async def send(harness: Harness, *vouchers: Voucher) -> list[Outcome]:
    async with opened(harness) as connector:
        return await connector.post(vouchers, unfinished={})


def left(harness: Harness) -> list[str]:
    """The codes of the journals that are there, empty or not."""
    with Caller(base=harness.remote.base, tenant=harness.tenant) as somebody:
        return [row["code"] for row in somebody.call("GET", f"{COMPANY}/journals").json()["value"]]


async def test_a_journal_becomes_entries_to_the_ore_and_what_is_owed_has_the_shared_dimensions(
    journals: Harness,
) -> None:
    [outcome] = await send(journals, voucher(0))
    assert isinstance(outcome, base.Posted)
    [held] = journals.remote.vouchers(tenant=journals.tenant)
    dimensions = {"AVD": "10", "PROSJEKT": "4201"}
    assert [(row["account"], row["amount"], row["dimensions"]) for row in held["lines"]] == [
        ("7100", "155.00", dimensions),
        ("7140", "56.00", dimensions),
        ("2400", "-211.00", dimensions),
    ]
    assert outcome.receipt.number == held["number"] == voucher(0).reference


async def test_an_emptied_journal_stays_and_its_code_keeps_a_repeat_out(journals: Harness) -> None:
    await send(journals, voucher(0))
    code = payloads.journal_code(voucher(0).reference)
    assert (left(journals), len(code)) == ([code], 10)
    for status in (400, 409):
        journals.remote.switches(same_key_status=status)
        [again] = await send(journals, voucher(0))
        assert isinstance(again, base.Posted)
    assert len(journals.held()) == 1


async def test_the_mappings_credit_account_or_a_collective_vendor_is_owed(journals: Harness) -> None:
    usual = voucher(0)
    on_account = replace(usual, lines=(*usual.debits, replace(usual.credits[0], account="2990")))
    await send(journals, on_account)
    journals.choices |= {"vendor": "v00500", "post": False}
    await send(journals, voucher(1, claimant="X-77"))
    posted, staged = sorted(
        journals.remote.vouchers(tenant=journals.tenant), key=lambda row: row["status"], reverse=True
    )
    assert [row["account"] for row in posted["lines"]] == ["7100", "7140", "2990"]
    assert (staged["lines"][-1]["account"], staged["lines"][-1]["comment"]) == ("V00500", "X-77")


async def test_vat_is_inside_and_the_total_is_what_was_approved(journals: Harness) -> None:
    with_vat = voucher(0, lines=[line("6800", 12_345, vat_code="HØY")])
    [outcome] = await send(journals, with_vat)
    assert isinstance(outcome, base.Posted)
    [held] = journals.remote.vouchers(tenant=journals.tenant)
    assert (held["total"], [row["account"] for row in held["lines"]]) == ("123.45", ["6800", "2710", "2400"])


async def test_a_vendor_in_another_currency_is_refused_before_anything_is_sent(journals: Harness) -> None:
    outcomes = await send(journals, voucher(0, claimant=EURO_VENDOR), voucher(1))
    assert isinstance(outcomes[0], base.Rejected)
    assert outcomes[0].code == "vendor_currency"
    assert isinstance(outcomes[1], base.Posted)


async def test_a_closed_period_leaves_no_journal(journals: Harness) -> None:
    journals.remote.company(tenant=journals.tenant, allow_posting_to="2026-10-31")
    outcomes = await send(
        journals, voucher(0), voucher(1, posting_date=voucher(0).posting_date - timedelta(days=60))
    )
    assert isinstance(outcomes[0], base.Rejected)
    assert outcomes[0].code == "period_closed"
    assert isinstance(outcomes[1], base.Posted)
    assert left(journals) == [payloads.journal_code(voucher(1).reference)]


async def test_posting_that_is_only_queued_is_uncertain_and_found_later(journals: Harness) -> None:
    journals.remote.company(tenant=journals.tenant, posts_journals_later=True)
    [outcome] = await send(journals, voucher(0))
    assert isinstance(outcome, base.Uncertain)
    journals.remote.company(tenant=journals.tenant, posts_journals_later=False)
    journals.post_there()
    async with opened(journals) as connector:
        await settle(connector, [voucher(0)])
    assert [held.is_posted for held in journals.held()] == [True]


async def test_a_document_number_that_is_changed_when_it_is_posted_is_left_to_a_person(
    journals: Harness,
) -> None:
    """Nothing in the ledger bears our reference then, but our journal is there, and empty: never *not there*."""
    journals.remote.company(tenant=journals.tenant, posting_number_series=True)
    [outcome] = await send(journals, voucher(0))
    assert isinstance(outcome, base.Uncertain)
    async with opened(journals) as connector:
        found = (await connector.find([voucher(0)]))[voucher(0).reference]
        assert (found.stage, found.total_ore) == (Stage.POSTED, 0), "which makes it a conflict"
        [again] = await connector.post([voucher(0)], unfinished={})
    assert isinstance(again, base.Uncertain)
    assert len(journals.held()) == 1


async def test_somebody_elses_journal_under_our_code_is_not_taken_for_ours(journals: Harness) -> None:
    with Caller(base=journals.remote.base, tenant=journals.tenant) as somebody:
        body = {"code": payloads.journal_code(voucher(0).reference), "displayName": "Månedslønn"}
        somebody.call("POST", f"{COMPANY}/journals", body)
    outcomes = await send(journals, voucher(0), voucher(1))
    assert [type(outcome) for outcome in outcomes] == [base.Uncertain, base.Posted]


async def test_journals_of_another_template_are_found_there(journals: Harness) -> None:
    journals.choices |= {"journal_template": "kasse", "post": False}
    async with opened(journals) as connector:
        [outcome] = await connector.post([voucher(0)], unfinished={})
        found = await connector.find([voucher(0)])
        scanned = await connector.scan(since=voucher(0).posting_date)
    assert isinstance(outcome, base.Delivered)
    assert found[voucher(0).reference].receipt == scanned[voucher(0).reference].receipt == outcome.receipt
    assert left(journals) == [], "the first template has none"


async def test_the_ledger_that_takes_no_files_is_told_of_and_the_voucher_stays(journals: Harness) -> None:
    journals.remote.switches(ledger_entries_take_attachments=False)
    [outcome] = await send(journals, voucher(0))
    assert isinstance(outcome, base.Posted)
    file = Attachment(
        voucher=voucher(0),
        receipt=outcome.receipt,
        name="1.pdf",
        media_type="application/pdf",
        content=b"%PDF",
    )
    async with opened(journals) as connector:
        [attached] = await connector.attach([file])
    assert isinstance(attached, base.Rejected)
    assert [held.is_posted for held in journals.held()] == [True]


async def test_fifty_journals_cost_three_requests(journals: Harness) -> None:
    await send(journals, *[voucher(number) for number in range(50)])
    counts = journals.remote.counts(tenant=journals.tenant)
    assert (counts["requests"] - counts["tokens"], counts["posted"]) == (3, 50)
