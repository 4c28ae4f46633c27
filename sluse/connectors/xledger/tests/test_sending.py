"""What becomes of vouchers at Xledger under every assumption, and what the connector says of it."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from pytest_django import Settings

from sluse import environment
from sluse.connectors import base, notices
from sluse.connectors.base import Stage
from sluse.connectors.harness import Gate, connected
from sluse.connectors.xledger import config
from sluse.connectors.xledger.client import Client
from sluse.connectors.xledger.tests.harness import Harness, line, voucher
from sluse.vouchers.voucher import VoucherLine

KEEPING = ["nothing", "valid", "prefix"]


async def test_a_refused_voucher_is_found_among_many_in_few_requests(harness: Harness) -> None:
    vouchers = [voucher(number) for number in range(100)]
    vouchers[40] = voucher(40, claimant="V99999")
    async with connected(harness) as connector:
        outcomes = await connector.post(vouchers, unfinished={})
    rejected = outcomes.pop(40)
    assert isinstance(rejected, base.Rejected)
    assert rejected.code == "subledger_unknown"
    assert "V99999" in rejected.message
    assert all(isinstance(outcome, base.Delivered) for outcome in outcomes)
    assert len(harness.held()) == 99
    assert harness.remote.counts(tenant=harness.tenant)["requests"] <= 10
    assert harness.remote.violations() == []


@pytest.mark.parametrize("stores", KEEPING)
async def test_whatever_a_refused_batch_keeps_no_voucher_is_there_twice(
    harness: Harness, stores: str
) -> None:
    harness.remote.switches(failing_batch_stores=stores)
    vouchers = [voucher(0), voucher(1, claimant="V99999"), voucher(2)]
    async with connected(harness) as connector:
        first, refused, last = await connector.post(vouchers, unfinished={})
        found = await connector.find(vouchers)
    assert isinstance(first, base.Delivered)
    assert isinstance(last, base.Delivered)
    assert {name: there.copies for name, there in found.items() if not there.conflict} == {
        vouchers[0].reference: 1,
        vouchers[2].reference: 1,
    }
    if stores == "nothing":
        assert isinstance(refused, base.Rejected)
    else:  # its debits were kept: a person must decide
        assert isinstance(refused, base.Uncertain)
        assert "only 2 of this voucher's 3 rows" in found[vouchers[1].reference].conflict


async def test_rows_of_another_voucher_with_the_same_number_are_a_conflict(harness: Harness) -> None:
    other = replace(voucher(1), number=voucher(0).number, reference="FAKTURA-1001")
    async with connected(harness) as connector:
        await connector.post([other], unfinished={})
        found = await connector.find([voucher(0), voucher(2)])
    assert set(found) == {voucher(0).reference}
    assert f"number of this one ({voucher(0).number})" in found[voucher(0).reference].conflict


async def test_where_the_staging_cannot_be_asked_by_number_it_is_asked_by_name_alone(
    harness: Harness,
) -> None:
    harness.remote.switches(staging_filters_by_number=False)
    async with connected(harness) as connector:
        await connector.post([voucher(0)], unfinished={})
        found = await connector.find([voucher(0), voucher(1)])
    assert set(found) == {voucher(0).reference}


async def test_a_row_that_somebody_changed_there_is_a_conflict(harness: Harness) -> None:
    other = voucher(0, lines=[line("7100", 15_600), line("7140", 5_500)])
    async with connected(harness) as connector:
        await connector.post([other], unfinished={})
        found = await connector.find([voucher(0)])
    there = found[voucher(0).reference]
    assert there.total_ore == voucher(0).total_ore
    assert "not as Sluse sent them" in there.conflict


async def test_a_refusal_without_a_look_up_proves_nothing(harness: Harness) -> None:
    harness.remote.fault(tenant=harness.tenant, body="glImportItems(", kind="gateway", status=503)
    async with connected(harness) as connector:
        [outcome] = await connector.post([voucher(1, claimant="V99999")], unfinished={})
    assert isinstance(outcome, base.Uncertain)


@pytest.mark.parametrize("code", ["UNHANDLED_ERROR", "SOMETHING_NEW", ""])
async def test_an_error_that_nobody_knows_is_unclear(harness: Harness, code: str) -> None:
    harness.remote.fault(
        tenant=harness.tenant, body="addGLImportItems", kind="refuse", code=code, message="No."
    )
    async with connected(harness) as connector:
        [outcome] = await connector.post([voucher(0)], unfinished={})
    assert isinstance(outcome, base.Uncertain)


@pytest.mark.parametrize("is_200", [True, False])
async def test_limits_and_refusals_are_known_by_either_status(harness: Harness, *, is_200: bool) -> None:
    harness.remote.switches(errors_with_status_200=is_200)
    harness.remote.fault(tenant=harness.tenant, kind="throttle")
    async with connected(harness) as connector:
        [throttled] = await connector.post([voucher(0)], unfinished={})
        [refused] = await connector.post([voucher(0, claimant="V99999")], unfinished={})
        harness.remote.revoke_tokens()
        with pytest.raises(base.UnauthorizedError):
            await connector.post([voucher(0)], unfinished={})
    assert isinstance(throttled, base.NotSent)
    assert throttled.retry_after_seconds == 5
    assert isinstance(refused, base.Rejected)


async def test_more_rows_than_a_mutation_takes_are_several_and_too_many_in_one_are_refused(
    harness: Harness,
) -> None:
    long = [voucher(number, lines=[line("7140", 100 + number)] * 249) for number in range(3)]
    endless = voucher(3, lines=[line("7140", 100)] * 500)
    async with connected(harness) as connector:
        outcomes = await connector.post([*long, endless], unfinished={})
    assert [type(outcome) for outcome in outcomes] == [base.Delivered] * 3 + [base.Rejected]
    assert harness.changes() == 2
    assert harness.remote.violations() == []


async def test_a_stop_between_two_mutations_forgets_nothing(harness: Harness) -> None:
    long = [voucher(number, lines=[line("7140", 100 + number)] * 300) for number in range(3)]
    async with connected(harness, permit=Gate(refuses_from=2)) as connector:
        outcomes = await connector.post(long, unfinished={})
    assert [type(outcome) for outcome in outcomes] == [base.Delivered, base.NotSent, base.NotSent]


async def test_an_unknown_dimension_is_not_sent(harness: Harness) -> None:
    wrong = VoucherLine(
        account="7140", amount_ore=100, text="x", date=voucher(0).posting_date, dimensions=(("AVD", "10"),)
    )
    async with connected(harness) as connector:
        [outcome] = await connector.post([voucher(0, lines=[wrong])], unfinished={})
    assert isinstance(outcome, base.Rejected)
    assert "AVD" in outcome.message
    assert harness.changes() == 0


async def test_another_currency_is_not_sent(harness: Harness) -> None:
    async with connected(harness) as connector:
        [outcome] = await connector.post([voucher(0, currency="EUR")], unfinished={})
    assert isinstance(outcome, base.Rejected)
    assert harness.changes() == 0


ASSUMPTIONS: list[dict[str, Any]] = [
    {},
    {"ledger_keeps_ext_identifier": False},
    {"posted_rows_stay": False},
    {"ledger_keeps_ext_identifier": False, "posted_rows_stay": False},
]


@pytest.mark.parametrize("switches", ASSUMPTIONS, ids=str)
async def test_what_the_job_posted_is_found_with_its_number(
    harness: Harness, switches: dict[str, Any]
) -> None:
    harness.remote.switches(**switches)
    vouchers = [voucher(number) for number in range(3)]
    async with connected(harness) as connector:
        await connector.post(vouchers, unfinished={})
        harness.remote.run_job(tenant=harness.tenant)
        found = await connector.find(vouchers)
    assert {there.receipt.number for there in found.values()} == {"100001", "100002", "100003"}
    for one in vouchers:
        there = found[one.reference]
        assert (there.stage, there.total_ore, there.copies) == (Stage.POSTED, one.total_ore, 1)


async def test_what_the_job_posts_between_two_questions_is_not_missed(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked about in the ledger first, it would be gone from the staging by the second question."""
    harness.remote.switches(posted_rows_stay=False)
    nodes = Client.nodes

    async def followed_by_the_job(self: Client, *args: Any, **kwargs: Any) -> Any:
        answer = await nodes(self, *args, **kwargs)
        await asyncio.to_thread(harness.post_there)
        return answer

    async with connected(harness) as connector:
        await connector.post([voucher(0)], unfinished={})
        monkeypatch.setattr(Client, "nodes", followed_by_the_job)
        found = await connector.find([voucher(0)])
    assert found[voucher(0).reference].total_ore == voucher(0).total_ore


@pytest.mark.parametrize("points_by", ["transaction", "id"])
async def test_a_late_refusal_comes_with_a_sentence(harness: Harness, points_by: str) -> None:
    harness.remote.switches(late_errors_point_by=points_by)
    harness.remote.company(tenant=harness.tenant, open_from="2027-01-01")
    async with connected(harness) as connector:
        await connector.post([voucher(0)], unfinished={})
        harness.remote.run_job(tenant=harness.tenant)
        found = await connector.find([voucher(0)])
    there = found[voucher(0).reference]
    assert there.stage is Stage.DELIVERED
    assert there.refusal is not None
    assert "period that is closed" in there.refusal.message
    assert "remove them there" in there.refusal.message


async def test_a_late_error_that_points_at_nothing_is_noted(harness: Harness) -> None:
    harness.remote.switches(late_errors_point_by="nothing")
    harness.remote.company(tenant=harness.tenant, open_from="2027-01-01")
    async with connected(harness) as connector:
        await connector.post([voucher(0)], unfinished={})
        harness.post_there()
        with notices.collected() as noted:
            found = await connector.find([voucher(0)])
    assert found[voucher(0).reference].refusal is None
    assert [notice.words for notice in noted] == ["The period of 2026-11-20 is closed."]


async def test_a_voucher_that_is_there_twice_is_seen_twice(harness: Harness) -> None:
    async with connected(harness) as connector:
        await connector.post([voucher(0)], unfinished={})
        await connector.post([voucher(0)], unfinished={})
        found = await connector.find([voucher(0)])
    there = found[voucher(0).reference]
    assert (there.copies, there.total_ore) == (2, voucher(0).total_ore)


@pytest.mark.parametrize("shows", [True, False])
async def test_the_token_must_belong_to_the_entity(harness: Harness, *, shows: bool) -> None:
    harness.remote.switches(viewer_shows_entity=shows)
    async with connected(harness) as connector:
        company = await connector.check()
    assert company.id == harness.tenant
    assert company.name


async def test_quotes_and_newlines_travel_as_they_are(harness: Harness) -> None:
    text = 'Møte "på" \\ Ås\n{ __typename }'
    odd = VoucherLine(account="7140", amount_ore=100, text=text, date=voucher(0).posting_date)
    async with connected(harness) as connector:
        await connector.post([voucher(0, lines=[odd])], unfinished={})
    [held] = harness.remote.vouchers(tenant=harness.tenant)
    assert held["rows"][0]["text"] == text


@pytest.mark.parametrize(
    ("variables", "addresses"),
    [
        ({}, ("https://www.xledger.net/graphql", "https://demo.xledger.net/graphql")),
        ({"SLUSE_XLEDGER_URL": "http://127.0.0.1:1/graphql"}, ("http://127.0.0.1:1/graphql",) * 2),
    ],
)
def test_the_demo_environment_has_its_own_address_and_a_sandbox_is_for_both(
    settings: Settings, variables: dict[str, str], addresses: tuple[str, str]
) -> None:
    found = environment.read({"SLUSE_DATA_DIR": "/nowhere", **variables})
    settings.XLEDGER_URL, settings.XLEDGER_DEMO_URL = found.xledger_url, found.xledger_demo_url
    choices = {"owner": "1", "voucher_type": "GL", "ledger_account": "2400"}
    used = [config.parse({"environment": name, **choices}).address for name in ("production", "demo")]
    assert tuple(used) == addresses
