"""Sign-in, pages and look-ups, as they reach Business Central."""

import asyncio

import pytest
from pytest_django import Settings

from sluse.connectors import base, business_central
from sluse.connectors.base import ConnectorError
from sluse.connectors.business_central.tests.harness import Harness, voucher
from sluse.connectors.harness import Gate, Wrong, connected
from sluse.sandbox import business_central as sandbox


def count(harness: Harness, name: str) -> int:
    return int(harness.remote.counts(tenant=harness.tenant)[name])


async def test_many_tasks_sign_in_once(harness: Harness) -> None:
    async def check() -> None:
        async with connected(harness) as connector:
            await connector.check()

    await asyncio.gather(*[check() for _task in range(20)])
    assert count(harness, "tokens") == 1


async def test_a_token_that_is_not_accepted_any_more_is_renewed_once(harness: Harness) -> None:
    async with connected(harness) as connector:
        await connector.check()
        harness.remote.revoke_tokens()
        outcomes = await connector.post([voucher(0)], unfinished={})
    assert isinstance(outcomes[0], base.Posted)
    assert count(harness, "tokens") == 2


async def test_an_application_that_is_not_let_in_is_told_so_after_one_renewal(harness: Harness) -> None:
    harness.remote.company(tenant=harness.tenant, application_is_enabled=False)
    async with connected(harness) as connector:
        with pytest.raises(base.UnauthorizedError, match="Microsoft Entra applications"):
            await connector.check()
        with pytest.raises(base.UnauthorizedError):
            await connector.post([voucher(0)], unfinished={})
    assert count(harness, "tokens") == 4
    assert harness.held() == []


async def test_a_token_is_renewed_before_it_runs_out(harness: Harness) -> None:
    harness.remote.set_token_lifetime(seconds=0)
    async with connected(harness) as connector:
        with pytest.raises(base.UnauthorizedError):
            await connector.check()
        harness.remote.set_token_lifetime(seconds=3599)
        await connector.check()
        await connector.check()
    assert count(harness, "tokens") == 3


@pytest.mark.parametrize("status", [400, 401])
async def test_the_sign_ins_refusal_is_shown_by_its_number_alone(harness: Harness, status: int) -> None:
    harness.remote.switches(token_refusal_status=status)
    async with connected(harness, wrong=Wrong.SECRET) as connector:
        with pytest.raises(base.UnauthorizedError, match="AADSTS7000215") as raised:
            await connector.check()
    assert "invalid_client" not in str(raised.value)


async def test_a_sign_in_that_gives_no_answer_means_that_nothing_was_sent(harness: Harness) -> None:
    harness.remote.fault(tenant=harness.tenant, kind="gateway", status=503, path="/token", count=2)
    async with connected(harness) as connector:
        outcomes = await connector.post([voucher(0)], unfinished={})
        with pytest.raises(base.UnavailableError):
            await connector.find([voucher(0)])
    assert isinstance(outcomes[0], base.NotSent)
    assert count(harness, "changes") == 0


async def test_a_look_up_is_one_request_in_the_documented_form(harness: Harness) -> None:
    vouchers = [voucher(number) for number in range(100)]
    async with connected(harness) as connector:
        assert await connector.find(vouchers) == {}
    request = harness.remote.requests(tenant=harness.tenant)[-1]
    assert len(request["operations"]) == 100
    assert request["operations"][0] == (
        f"GET companies({sandbox.COMPANY_ID})/purchaseInvoices"
        f"?$filter=vendorInvoiceNumber%20eq%20%27{voucher(0).reference}%27"
    )
    assert "data-access-intent" not in request["headers"]
    assert not request["changes"]


async def test_a_look_up_that_is_answered_in_part_does_not_say_that_nothing_is_there(
    harness: Harness,
) -> None:
    harness.remote.fault(tenant=harness.tenant, kind="partial", path="/$batch")
    async with connected(harness) as connector:
        with pytest.raises(base.UnavailableError):
            await connector.find([voucher(0), voucher(1)])


async def test_a_look_up_finds_all_copies_over_all_pages(harness: Harness) -> None:
    harness.remote.switches(page_rows_max=1)
    harness.choices = {"post": False}
    async with connected(harness) as connector:
        for _time in range(3):
            await connector.post([voucher(1)], unfinished={})
        found = await connector.find([voucher(1)])
    assert found[voucher(1).reference].copies == 3


async def test_a_page_on_another_server_is_not_asked_for(harness: Harness) -> None:
    harness.remote.fault(tenant=harness.tenant, kind="elsewhere", path="/accounts")
    async with connected(harness) as connector:
        with pytest.raises(base.UnavailableError, match="another server"):
            await connector.chart()


async def test_the_chart_leaves_out_what_cannot_be_posted_to(harness: Harness) -> None:
    harness.remote.company(tenant=harness.tenant, blocked_accounts=["7140"])
    async with connected(harness) as connector:
        chart = await connector.chart()
    codes = {account.code for account in chart.accounts}
    assert {"7100", "2990"} <= codes
    assert not {"7140", "7000", "2400"} & codes
    assert set(chart.dimensions) == {"AVD", "PROSJEKT"}
    assert [entry.code for entry in chart.vat_codes] == ["INGEN", "LAV", "MIDDELS", "HØY"]


async def test_the_check_names_what_is_wrong_with_the_company(harness: Harness) -> None:
    harness.choices = {"environment": "Nowhere"}
    async with connected(harness) as connector:
        with pytest.raises(base.WrongCompanyError, match="no environment"):
            await connector.check()
    harness.choices = {"company_id": "00000000-0000-4000-8000-000000000009"}
    async with connected(harness) as connector:
        with pytest.raises(base.WrongCompanyError, match="no company"):
            await connector.check()


async def test_every_request_asks_for_english_texts_and_leaves_the_secret_out_of_what_is_kept(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(harness) as connector:
        await connector.post([voucher(0)], unfinished={})
    calls = [
        request for request in harness.remote.requests(tenant=harness.tenant) if "$batch" in request["path"]
    ]
    assert {request["headers"]["accept-language"] for request in calls} == {"en-US"}
    assert calls[0]["headers"]["isolation"] == "snapshot"
    assert calls[-1]["headers"]["prefer"] == "odata.continue-on-error"
    assert "isolation" not in calls[-1]["headers"]
    for secret in (sandbox.CLIENT_SECRET, "Bearer", "Kjøring", "V00001"):
        assert secret not in caplog.text


def test_settings_that_lead_nowhere_are_refused_before_anything_is_opened(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"
    with pytest.raises(ConnectorError, match="Tenant ID"):
        business_central.connect(settings={}, credentials={}, permit=Gate())
