"""`sluse connector probe`: a tenant like the sandbox is as we assume, and another one is not."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from sluse.audit.models import Entry
from sluse.cli.tests.conftest import Ended, Sluse
from sluse.connectors import pace
from sluse.connectors import xledger as xledger_connector
from sluse.connectors.harness import Gate
from sluse.connectors.xledger.tests import harness
from sluse.organizations import access
from sluse.organizations.models import Organization, User
from sluse.sandbox import business_central, xledger
from sluse.sandbox.remote import Remote
from sluse.sandbox.serve import running
from sluse.sync import setup
from tests import scene

PROBE = ("connector", "probe", "hlf", "--as", "kari@hlf.example")
ENTITY = "5888317"


@pytest.fixture(scope="module")
def business_central_address() -> Iterator[str]:
    with running(business_central.create()) as base:
        yield base


@pytest.fixture(scope="module")
def xledger_address() -> Iterator[str]:
    with running(xledger.create()) as base:
        yield base


@pytest.fixture
def erp(business_central_address: str, hlf: Organization, kari: User, settings: Settings) -> Iterator[Remote]:
    settings.BUSINESS_CENTRAL_API_URL = settings.BUSINESS_CENTRAL_LOGIN_URL = business_central_address
    scene.configure(hlf, kari)
    remote = Remote(base=business_central_address)
    yield remote
    remote.reset()


@pytest.fixture
def other_erp(
    xledger_address: str,
    hlf: Organization,
    kari: User,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Remote]:
    """Without waiting: that requests are spread is tried where the pace is."""
    monkeypatch.setattr(pace, "shared_seconds", lambda *_asked: 0.0)
    settings.XLEDGER_URL = f"{xledger_address}/graphql"
    setup.configure_connector(
        organization=hlf,
        kind="xledger",
        settings={"owner": ENTITY},
        credentials={"token": xledger.token_of(entity=ENTITY)},
        actor=access.actor_of(kari),
        now=timezone.now(),
    )
    remote = Remote(base=xledger_address)
    remote.limits(burst=1_000)
    yield remote
    remote.reset()


def differing(ended: Ended) -> set[str]:
    """The checks whose row says so."""
    return {line.split()[0] for line in ended.out.splitlines() if line.endswith("DIFFERS")}


def row_of(ended: Ended, name: str) -> str:
    [line] = [line for line in ended.out.splitlines() if line.split()[0] == name]
    return line


def test_a_tenant_as_we_assume_it_differs_in_nothing_and_nothing_is_changed_there(
    erp: Remote, kari: User, sluse: Sluse
) -> None:
    ended = sluse(*PROBE)

    assert (ended.status, ended.err, differing(ended)) == (0, "", set())
    assert row_of(ended, "local-currency").split()[1:] == ["NOK", "NOK", "ok"]
    assert row_of(ended, "nested-dimensions").endswith("not run: by hand")
    assert "COULD NOT" not in ended.out
    assert [one for one in erp.requests(changes_only=True) if one["tenant"]] == []
    entry = Entry.objects.get(type="test")
    assert (entry.actor_id, entry.new_state, entry.error) == (str(kari.pk), "probed", "")
    assert entry.details["correlation_id"] in {one["headers"]["x-correlation-id"] for one in erp.requests()}


@pytest.mark.parametrize(
    ("switch", "value", "names"),
    [
        ("unauthorized_answers_are_xml", False, {"wrong-token"}),
        ("token_refusal_status", 400, {"wrong-secret"}),
        ("batch_answers_in_order", True, {"order-of-a-batch"}),
        ("snapshot_stops_at_refusal", False, {"snapshot-stops"}),
        ("too_many_operations_status", 400, {"too-many-operations"}),
        ("page_rows_max", 1, {"page-size"}),
    ],
)
def test_a_business_central_that_differs_is_named(
    erp: Remote, sluse: Sluse, switch: str, value: Any, names: set[str]
) -> None:
    erp.switches(**{switch: value})

    ended = sluse(*PROBE)

    assert (ended.status, differing(ended)) == (1, names)
    assert "1 check did not find what is assumed" in ended.err
    assert Entry.objects.get(type="test").error == f"{min(names)}: differs."


def test_what_cannot_be_asked_is_told_and_the_rest_goes_on(erp: Remote, sluse: Sluse) -> None:
    erp.fault(kind="html", path="/generalLedgerSetup")

    ended = sluse(*PROBE)

    assert ended.status == 1
    assert row_of(ended, "local-currency").endswith("COULD NOT BE ASKED")
    assert row_of(ended, "etags").endswith("ok")


def test_an_entity_as_we_assume_it_says_what_only_data_could_tell(other_erp: Remote, sluse: Sluse) -> None:
    ended = sluse(*PROBE)

    assert (ended.status, ended.err, differing(ended)) == (0, "", set())
    assert row_of(ended, "posted-rows").endswith("not run: nothing there yet that could tell")
    assert other_erp.counts(tenant=ENTITY)["changes"] == 0


@pytest.mark.parametrize(
    ("switch", "value", "names"),
    [
        ("viewer_shows_entity", False, {"entity"}),
        ("errors_with_status_200", False, {"status-of-errors", "wrong-token"}),
        ("posted_rows_stay", False, {"posted-rows"}),
        ("ledger_keeps_ext_identifier", False, {"own-key-in-the-ledger"}),
        ("ledger_filters_by_date", False, {"ledger-filter-by-date"}),
        ("staging_filters_by_number", False, {"staging-filter-by-number"}),
        ("page_rows_max", 2, {"page-size"}),
        ("late_errors_point_by", "id", {"late-errors"}),
    ],
)
def test_an_xledger_that_differs_is_named(
    other_erp: Remote, sluse: Sluse, switch: str, value: Any, names: set[str]
) -> None:
    other_erp.switches(**{switch: value})
    one_posted_and_one_refused(other_erp)

    ended = sluse(*PROBE)

    assert (ended.status, differing(ended)) == (1, names)


def test_an_entity_with_vouchers_in_it_tells_the_rest(other_erp: Remote, sluse: Sluse) -> None:
    one_posted_and_one_refused(other_erp)

    ended = sluse(*PROBE)

    assert (ended.status, differing(ended)) == (0, set())
    assert "nothing there yet" not in ended.out


def one_posted_and_one_refused(erp: Remote) -> None:
    """As an earlier trial leaves them behind."""
    refused = harness.voucher(2, lines=[harness.line("6800", 10_000)])
    connector = xledger_connector.connect(
        settings={"owner": ENTITY}, credentials={"token": xledger.token_of(entity=ENTITY)}, permit=Gate()
    )

    async def post() -> None:
        await connector.post([harness.voucher(1), refused], unfinished={})
        await connector.close()

    erp.company(tenant=ENTITY, blocked_accounts=["6800"])
    asyncio.run(post())
    erp.run_job(tenant=ENTITY)


# --- who may ---------------------------------------------------------------------------------------


def test_only_an_administrator_asks(erp: Remote, rune: User, sluse: Sluse) -> None:
    ended = sluse("connector", "probe", "hlf", "--as", "rune@hlf.example")

    assert (ended.status, ended.out) == (1, "")
    assert erp.requests() == []
    assert not Entry.objects.filter(type="test").exists()


def test_an_organization_without_an_accounting_system(hlf: Organization, kari: User, sluse: Sluse) -> None:
    assert sluse(*PROBE) == (1, "", "Choose an accounting system first.\n")


@pytest.mark.parametrize("words", [[], ["probe"], ["probe", "hlf"]])
def test_the_command_asks_what_and_who(hlf: Organization, sluse: Sluse, words: list[str]) -> None:
    assert sluse("connector", *words).status == 2
