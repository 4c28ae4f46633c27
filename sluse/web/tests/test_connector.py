"""Integration settings: each form saves, refuses and shows; nothing secret comes out."""

from dataclasses import replace
from datetime import datetime

import pytest
from pytest_django import Settings

from sluse.audit.models import Entry, Type
from sluse.connectors import configure, meter, registry
from sluse.connectors.fields import Config, Field
from sluse.connectors.meter import Payer
from sluse.gate import holds
from sluse.organizations import access
from sluse.organizations.models import Organization, User
from sluse.sync import schedule
from sluse.vouchers import store
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words
from sluse.web.tests.test_setting_up import SYSTEM, read_chart
from tests import people

PAGE = "/o/hlf/connector/"


def test_an_organization_without_anything_is_shown_the_way(
    hlf: Organization, kari: User, as_person: SignIn
) -> None:
    told = words(as_person(kari).get(PAGE))
    assert "Not ready" in told
    assert "Choose an accounting system." in told
    assert "It has never been turned on." in told
    assert "No run yet." in told


def test_kari_saves_an_accounting_system_and_the_secret_never_comes_back(
    hlf: Organization, kari: User, as_person: SignIn
) -> None:
    client = as_person(kari)
    response = client.post(PAGE + "system/", SYSTEM)
    assert response.headers["Location"] == PAGE + "#system"
    page = client.get(PAGE).content.decode()
    assert "never-shown-again" not in page
    assert "The secret ends with …abc1." in page
    assert "Kari Nordmann" in page
    state = configure.show(organization=hlf)
    assert state.settings["tenant_id"] == SYSTEM["settings.tenant_id"]


def test_the_page_says_how_many_requests_the_month_has_had(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    for _time in range(12):
        meter.count(payer=Payer(organization_id=ready.pk, kind="business_central"), at=now)
    meter.write()
    assert "12 requests to the accounting system this month." in words(as_person(kari).get(PAGE))


def test_empty_credentials_keep_those_that_are_set(
    ready: Organization, kari: User, as_person: SignIn
) -> None:
    before = configure.show(organization=ready)
    facts = {**SYSTEM, "credentials.client_id": "", "credentials.client_secret": ""}
    as_person(kari).post(PAGE + "system/", facts)
    after = configure.show(organization=ready)
    assert after.credentials_set
    assert after.credentials_set_at == before.credentials_set_at
    assert after.tested
    assert after.tested.is_current


def test_a_wrong_setting_is_named_at_its_field(hlf: Organization, kari: User, as_person: SignIn) -> None:
    facts = {**SYSTEM, "settings.tenant_id": "not an id"}
    response = as_person(kari).post(PAGE + "system/", facts)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_settings.tenant_id"' in page
    assert "never-shown-again" not in page
    assert configure.show(organization=hlf).kind is None


def test_nothing_is_changed_under_a_switch_that_is_on(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.turn_on(ready, kari, now)
    client = as_person(kari)
    assert "Turn the switch off before you change" in words(client.get(PAGE))
    response = client.post(PAGE + "system/", SYSTEM)
    assert response.status_code == 409
    assert "Switch the connector off before you change" in words(response)


def test_testing_without_a_system_is_refused_in_words(
    hlf: Organization, kari: User, as_person: SignIn
) -> None:
    client = as_person(kari)
    assert client.post(PAGE + "test/").status_code == 303
    assert "Choose an accounting system first." in words(client.get(PAGE))


def test_a_failed_test_says_what_to_mend_and_forgets_no_account(
    ready: Organization, kari: User, as_person: SignIn, settings: Settings, now: datetime
) -> None:
    nobody_answers_there = "http://127.0.0.1:9"
    settings.BUSINESS_CENTRAL_LOGIN_URL = settings.BUSINESS_CENTRAL_API_URL = nobody_answers_there
    read_chart(ready, now)
    client = as_person(kari)
    client.post(PAGE + "test/")
    told = words(client.get(PAGE))
    assert "The connection does not work" in told
    assert "Suggested: 7100 Bilgodtgjørelse" in told, "a server that is away has not lost its accounts"
    assert Entry.objects.of(organization_id=ready.pk).filtered(type=Type.TEST).count() == 1


def test_kari_saves_a_mapping(hlf: Organization, kari: User, as_person: SignIn) -> None:
    facts = {
        "expense_types.mileage.account": " 7100 ",
        "expense_types.mileage.vat_code": "",
        "expense_types.mileage.dimensions": "avd=10, PROSJEKT = 4201",
        "credit.account": "2990",
        "dimension_codes.cost_centre": "AVD",
        "posting_date": "expense",
        "texts": "expense_type",
    }
    response = as_person(kari).post(PAGE + "mapping/", facts)
    assert response.headers["Location"] == PAGE + "#mapping"
    mapping = store.current(organization=hlf)
    assert mapping.expense_types["mileage"].account == "7100"
    assert mapping.expense_types["mileage"].vat_code is None
    assert dict(mapping.expense_types["mileage"].dimensions) == {"AVD": "10", "PROSJEKT": "4201"}
    assert list(mapping.expense_types) == ["mileage"]
    assert (mapping.credit_account, mapping.cost_centre_dimension) == ("2990", "AVD")


def test_every_mistake_in_the_mapping_is_named(hlf: Organization, kari: User, as_person: SignIn) -> None:
    facts = {
        "expense_types.toll.vat_code": "1",
        "expense_types.mileage.account": "7100",
        "expense_types.mileage.dimensions": "AVD 10",
        "posting_date": "expense",
        "texts": "expense_type",
    }
    response = as_person(kari).post(PAGE + "mapping/", facts)
    assert response.status_code == 422
    assert "CODE=VALUE" in words(response)
    facts["expense_types.mileage.dimensions"] = ""
    response = as_person(kari).post(PAGE + "mapping/", facts)
    assert response.status_code == 422
    assert 'href="#id_expense_types.toll.account"' in response.content.decode()
    assert store.current(organization=hlf).version == 0


def test_expense_types_in_use_come_first_and_are_marked(
    ready: Organization, kari: User, as_person: SignIn
) -> None:
    store.note_expense_types(organization=ready, names=["honorarium", "own_type"])
    page = words(as_person(kari).get(PAGE))
    assert page.index("Honorarium In use") < page.index("own_type In use") < page.index("Mileage")


def test_kari_chooses_when_runs_are_due(
    hlf: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    client = as_person(kari)
    client.post(PAGE + "schedule/", {"when": "0 6 * * 1-5"})
    assert schedule.get(organization=hlf, now=now).cron == "0 6 * * 1-5"
    client.post(PAGE + "schedule/", {"when": "own", "cron": "30 4 * * 1"})
    assert schedule.get(organization=hlf, now=now).cron == "30 4 * * 1"
    client.post(PAGE + "schedule/", {"when": "never"})
    planned = schedule.get(organization=hlf, now=now)
    assert (planned.cron, planned.is_active) == ("30 4 * * 1", False)
    assert "No scheduled runs." in words(client.get(PAGE))


def test_times_that_do_not_exist_are_refused(hlf: Organization, kari: User, as_person: SignIn) -> None:
    response = as_person(kari).post(PAGE + "schedule/", {"when": "own", "cron": "every day"})
    assert response.status_code == 422
    assert 'href="#id_cron"' in response.content.decode()


def test_holds_are_shown_with_their_cause(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    holds.trip_breaker(
        organization=ready,
        reason="The credentials are refused.",
        actor=access.actor_of(kari),
        connector_kind="business_central",
        now=now,
    )
    told = words(as_person(kari).get(PAGE))
    assert "On hold: stopped automatically The credentials are refused." in told
    assert "It ends when a test of the connection passes, or when an administrator clears it." in told


def test_the_queue_is_summed_up(ready: Organization, kari: User, as_person: SignIn, now: datetime) -> None:
    people.approve_some(ready, 2, now)
    assert "Waiting 2 620,00 kr" in words(as_person(kari).get(PAGE)).replace("\xa0", " ")


def test_the_addresses_of_the_forms_lead_back_to_the_page(
    hlf: Organization, kari: User, as_person: SignIn
) -> None:
    for section in ("system", "test", "mapping", "schedule"):
        response = as_person(kari).get(f"{PAGE}{section}/")
        assert response.headers["Location"] == f"{PAGE}#{section}"


def test_only_the_fields_of_the_chosen_system_are_shown(
    hlf: Organization, kari: User, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = Config(settings=(Field(name="owner", label="Owner"),), credentials=(), identity=("owner",))
    second = replace(registry.KINDS["business_central"], name="second", label="Second system", config=fields)
    monkeypatch.setitem(registry.KINDS, "second", second)
    client = as_person(kari)
    undecided = client.get(PAGE).content.decode()
    assert "Second system" in undecided
    assert 'name="settings.' not in undecided
    chosen = client.get(PAGE, {"kind": "second"}).content.decode()
    assert 'name="settings.owner"' in chosen
    assert 'name="settings.tenant_id"' not in chosen


def test_the_history_tells_of_every_kind_of_change_with_who_and_when(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.turn_on(ready, kari, now)
    page = as_person(kari).get("/o/hlf/connector/")
    shown = [str(words) for _entry, words in page.context["history"]]
    assert {"Switch", "Settings", "Credentials", "Mapping"} <= set(shown)
    rows = [entry.sequence for entry, _words in page.context["history"]]
    assert rows == sorted(rows, reverse=True)
    assert page.content.decode().count(kari.display_name) >= len(rows)
