"""Connector, test, mapping and switch over HTTP."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from sluse.api.tests.conftest import Caller
from sluse.audit.models import Entry
from sluse.connectors import check, meter
from sluse.connectors.base import Chart, ChartEntry
from sluse.connectors.meter import Payer
from sluse.connectors.models import Connector
from sluse.organizations.models import Organization, User
from sluse.sync import runs
from tests import people

PATH = "organizations/hlf/connector"
SWITCH = f"{PATH}/switch"
MAPPING = "organizations/hlf/mapping"
CONNECTOR = {
    "kind": "business_central",
    "settings": people.SETTINGS,
    "credentials": people.CREDENTIALS,
}
ON = {"state": "enabled", "reason": "Tested and agreed"}
OFF = {"state": "disabled", "reason": "Year end"}


def switch_rows() -> list[tuple[str, str, int | None]]:
    rows = Entry.objects.filter(type="switch").order_by("sequence")
    return list(rows.values_list("actor_id", "new_state", "switch_version"))


def test_a_connector_never_touched(as_kari: Caller) -> None:
    answer = as_kari("GET", PATH)

    assert (answer.status_code, answer["ETag"]) == (200, '"0"')
    told = answer.json()
    assert (told["kind"], told["credentials_set"], told["tested"], told["ready"]) == (
        None,
        False,
        None,
        False,
    )
    assert [thing["code"] for thing in told["missing"]] == ["no_connector"]
    assert (told["switch"]["state"], told["switch"]["version"], told["holds"]) == ("disabled", 0, [])


def test_credentials_go_in_and_never_come_out(as_kari: Caller) -> None:
    answers = [
        as_kari("PUT", PATH, CONNECTOR),
        as_kari("GET", PATH),
        as_kari("GET", "organizations/hlf/sync-log"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[1].json()["credentials_set"] is True
    assert answers[1].json()["settings"]["tenant_id"] == people.SETTINGS["tenant_id"]
    for answer in answers:
        assert people.SECRET not in answer.content.decode()


def test_the_requests_of_the_month_are_told(as_kari: Caller, hlf: Organization) -> None:
    as_kari("PUT", PATH, CONNECTOR)
    assert as_kari("GET", PATH).json()["requests_this_month"] == 0
    meter.count(payer=Payer(organization_id=hlf.pk, kind="business_central"), at=timezone.now())
    meter.write()
    assert as_kari("GET", PATH).json()["requests_this_month"] == 1


def test_credentials_left_out_stay(as_kari: Caller) -> None:
    as_kari("PUT", PATH, CONNECTOR)
    before = Connector.objects.get().credentials

    changed = as_kari(
        "PUT", PATH, CONNECTOR | {"credentials": None, "settings": people.SETTINGS | {"post": False}}
    )

    assert changed.json()["settings"]["post"] is False
    assert Connector.objects.get().credentials == before


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"kind": "abacus"}, "kind"),
        ({"settings": {**people.SETTINGS, "host": "http://169.254.169.254"}}, "settings.host"),
        ({"settings": {**people.SETTINGS, "document": "poem"}}, "settings.document"),
        ({"settings": []}, "settings"),
        ({"credentials": {"client_secret": 5}}, "credentials.client_secret"),
        ({"password": "x"}, "password"),
    ],
)
def test_a_connector_with_a_wrong_field_is_not_saved(
    as_kari: Caller, changed: dict[str, Any], path: str
) -> None:
    answer = as_kari("PUT", PATH, CONNECTOR | changed)

    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == [path]
    assert not Connector.objects.exists()


def test_settings_stand_still_while_the_switch_is_on(
    as_kari: Caller, ready: Organization, kari: User, now: datetime
) -> None:
    people.turn_on(ready, kari, now)

    answer = as_kari("PUT", PATH, CONNECTOR)

    assert (answer.status_code, answer.json()["code"]) == (409, "connector_enabled")


def test_testing_the_connection_tells_what_was_found(
    as_kari: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call to the accounting system itself is made in the journeys."""
    assert as_kari("POST", f"{PATH}/test").json()["code"] == "no_connector"
    as_kari("PUT", PATH, CONNECTOR)
    chart = Chart(accounts=(ChartEntry(code="7100", name="Mileage"),))
    report = check.Report(ok=True, company="HLF", accounts=1, problems=[], chart=chart)
    monkeypatch.setattr(check, "ask", lambda **_asked: report)

    answer = as_kari("POST", f"{PATH}/test")

    assert answer.json() == {"ok": True, "company": "HLF", "accounts": 1, "problems": []}
    tested = as_kari("GET", PATH).json()["tested"]
    assert (tested["ok"], tested["company"], tested["problems"]) == (True, "HLF", [])


def test_the_mapping_is_saved_as_versions(as_kari: Caller) -> None:
    empty = as_kari("GET", MAPPING).json()
    content = {
        "expense_types": {"mileage": {"account": "7100", "vat_code": None, "dimensions": {"AVD": "10"}}},
        "credit": {"account": "2990"},
    }

    saved, again = as_kari("PUT", MAPPING, content).json(), as_kari("PUT", MAPPING, content).json()

    assert (empty["version"], empty["expense_types"]) == (0, {})
    assert saved == again == as_kari("GET", MAPPING).json()
    assert saved["version"] == 1
    assert {name: saved[name] for name in content} == content


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ({"expense_types": {"mileage": {"account": ""}}}, "expense_types.mileage.account"),
        ({"expense_types": []}, "expense_types"),
        ({"credits": {}}, "credits"),
    ],
)
def test_a_mapping_with_a_wrong_field_is_not_saved(as_kari: Caller, content: Any, path: str) -> None:
    answer = as_kari("PUT", MAPPING, content)

    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == [path]
    assert as_kari("GET", MAPPING).json()["version"] == 0


def test_the_switch_goes_on_and_off_with_a_row_each(
    as_kari: Caller, ready: Organization, kari: User, now: datetime
) -> None:
    people.approve_some(ready, 3, now)
    assert as_kari("GET", PATH).json()["ready"] is True

    on = as_kari("PUT", SWITCH, ON, if_match='"0"')
    off = as_kari("PUT", SWITCH, OFF)

    told = on.json()
    assert (on.status_code, on["ETag"]) == (200, '"1"')
    assert (told["state"], told["version"], told["changed"], told["by"], told["by_id"]) == (
        "enabled",
        1,
        True,
        "Kari Nordmann",
        str(kari.pk),
    )
    assert (told["pending"], told["pending_total"], told["unresolved"]) == (3, "930.00", 0)
    assert (off.json()["state"], off["ETag"]) == ("disabled", '"2"')
    assert switch_rows() == [(str(kari.pk), "enabled", 1), (str(kari.pk), "disabled", 2)]


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({}, 428, "version_required"),
        ({"if_match": '"7"'}, 412, "stale_version"),
        ({"if_match": '"0", "1"'}, 412, "stale_version"),
        ({"if_match": "*"}, 412, "stale_version"),
    ],
)
def test_enabling_names_the_version_that_was_looked_at(
    as_kari: Caller, ready: Organization, sent: dict[str, str], status: int, code: str
) -> None:
    answer = as_kari("PUT", SWITCH, ON, **sent)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert switch_rows() == []


def test_a_no_op_says_so_and_writes_no_row(as_kari: Caller, ready: Organization) -> None:
    as_kari("PUT", SWITCH, ON, if_match='"0"')

    again = as_kari("PUT", SWITCH, ON, if_match='"1"')

    assert (again.status_code, again.json()["changed"], again.json()["version"]) == (200, False, 1)
    assert len(switch_rows()) == 1
    as_kari("PUT", SWITCH, OFF)
    assert as_kari("PUT", SWITCH, OFF, if_match='"0"').json()["changed"] is False
    assert len(switch_rows()) == 2


def test_off_is_never_refused_for_an_old_version(as_kari: Caller, ready: Organization) -> None:
    as_kari("PUT", SWITCH, ON, if_match='"0"')

    assert as_kari("PUT", SWITCH, OFF, if_match='"0"').json()["state"] == "disabled"


def test_what_is_not_ready_is_refused_with_everything_that_is_missing(as_kari: Caller) -> None:
    none = as_kari("PUT", SWITCH, ON, if_match='"0"')
    as_kari("PUT", PATH, CONNECTOR)
    untested = as_kari("PUT", SWITCH, ON, if_match='"0"')

    assert (none.status_code, none.json()["code"]) == (409, "no_connector")
    assert (untested.status_code, untested.json()["code"]) == (409, "not_ready")
    assert [thing["code"] for thing in untested.json()["missing"]] == ["not_tested"]
    assert untested.json()["missing"] == as_kari("GET", PATH).json()["missing"]
    assert Entry.objects.filter(type="refused").count() == 2
    assert switch_rows() == []


def test_the_platforms_administrator_turns_it_in_their_own_name(
    grete: User, ready: Organization, token: Any
) -> None:
    answer = token(grete)("PUT", SWITCH, ON, if_match='"0"')

    assert answer.json()["by_id"] == str(grete.pk)
    assert switch_rows() == [(str(grete.pk), "enabled", 1)]


def test_holds_are_shown_beside_the_switch(as_kari: Caller, ready: Organization, now: datetime) -> None:
    starts, ends = (f"{now + timedelta(days=days):%Y-%m-%dT%H:%M}" for days in (-2, 2))
    window = {"starts": starts, "ends": ends, "reason": "Upgrade"}
    assert as_kari("POST", "organizations/hlf/holds", window).status_code == 201
    as_kari("PUT", SWITCH, ON, if_match='"0"')

    told = as_kari("GET", PATH).json()

    assert [(hold["kind"], hold["reason"]) for hold in told["holds"]] == [("window", "Upgrade")]
    refused = as_kari("POST", "organizations/hlf/sync-runs", {"dry_run": False})
    assert refused.json()["code"] == "hold_active"
    assert not runs.list_runs(organization=ready).exists()
