"""Windows, the breaker and the platform's stop over HTTP."""

from datetime import datetime

import pytest

from sluse.api.tests.conftest import Caller, Token
from sluse.audit.models import Entry
from sluse.gate import holds
from sluse.organizations import access
from sluse.organizations.models import Organization, User
from tests import people

HOLDS = "organizations/hlf/holds"
WINDOW = {"starts": "2199-12-24T18:00", "ends": "2199-12-27T06:00", "reason": "Christmas"}


def rows() -> list[tuple[str, str, str]]:
    found = Entry.objects.filter(type="hold").order_by("pk")
    return list(found.values_list("organization_slug", "new_state", "reason"))


def test_a_window_is_planned_moved_and_cancelled(as_kari: Caller, kari: User) -> None:
    planned = as_kari("POST", HOLDS, WINDOW)
    address = f"{HOLDS}/{planned.json()['id']}"
    moved = as_kari("PUT", address, WINDOW | {"starts": "2199-12-23T18:00"})
    listed = as_kari("GET", HOLDS).json()
    cancelled = as_kari("POST", f"{address}/end", {"reason": "Not this year"})
    again = as_kari("POST", f"{address}/end", {"reason": "Not this year"})

    assert [answer.status_code for answer in (planned, moved, cancelled, again)] == [201, 200, 200, 409]
    assert planned.json()["since"] == "2199-12-24T17:00:00Z"
    assert (planned.json()["time_zone"], planned.json()["active"]) == ("Europe/Oslo", False)
    assert [item["since"] for item in listed["items"]] == ["2199-12-23T17:00:00Z"]
    assert cancelled.json()["ended_by"] == "Kari Nordmann"
    assert again.json()["code"] == "hold_ended"
    assert [state for _slug, state, _reason in rows()] == [
        "window_planned",
        "window_changed",
        "window_cancelled",
    ]


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"reason": ""}, "reason"),
        ({"starts": "2199-12-24T18:00:00+01:00"}, "starts"),
        ({"ends": "2199-12-01T00:00"}, "ends"),
        ({"time_zone": "Oslo"}, "time_zone"),
        ({"recurring": True}, "recurring"),
    ],
)
def test_a_window_with_a_wrong_field_is_not_planned(
    as_kari: Caller, changed: dict[str, object], path: str
) -> None:
    answer = as_kari("POST", HOLDS, WINDOW | changed)

    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == [path]
    assert rows() == []


def test_the_breaker_is_cleared_with_a_reason(
    as_kari: Caller, ready: Organization, kari: User, now: datetime
) -> None:
    actor = access.actor_of(kari)
    holds.trip_breaker(organization=ready, reason="Refused", actor=actor, connector_kind="x", now=now)
    [shown] = as_kari("GET", "organizations/hlf/connector").json()["holds"]

    cleared = as_kari("POST", f"{HOLDS}/{shown['id']}/end", {"reason": "New secret in place"})

    assert (shown["kind"], cleared.status_code) == ("breaker", 200)
    assert as_kari("GET", "organizations/hlf/connector").json()["holds"] == []
    assert rows()[-1] == ("hlf", "breaker_ended", "New secret in place")


@pytest.mark.parametrize("hold_id", ["0", "-1", "x", "9" * 30, "²"])
def test_what_is_no_hold_is_not_found(as_kari: Caller, hold_id: str) -> None:
    assert as_kari("POST", f"{HOLDS}/{hold_id}/end", {"reason": "x"}).status_code == 404


def test_the_platform_is_stopped_and_let_go_by_its_administrators_alone(
    as_kari: Caller,
    grete: User,
    ready: Organization,
    other: Organization,
    kari: User,
    token: Token,
    now: datetime,
) -> None:
    people.turn_on(ready, kari, now)
    as_grete = token(grete, "platform")
    assert as_kari("POST", "platform/stop", {"reason": "x"}).status_code == 404
    assert token(grete)("POST", "platform/stop", {"reason": "x"}).status_code == 403
    assert as_grete("POST", "platform/stop", {"reason": " "}).json()["code"] == "reason_required"

    stopped = as_grete("POST", "platform/stop", {"reason": "Wrong vouchers"}).json()
    twice = as_grete("POST", "platform/stop", {"reason": "Again"}).json()
    refused = as_kari("POST", "organizations/hlf/sync-runs", {"dry_run": False}).json()
    own = as_kari("POST", f"{HOLDS}/{stopped['hold']['id']}/end", {"reason": "We go on"})
    ended = as_grete("POST", "platform/stop/end", {"reason": "Mended"})

    assert (stopped["stopped"], stopped["changed"], stopped["in_flight"]) == (True, True, 0)
    assert (twice["changed"], twice["hold"]["reason"]) == (False, "Wrong vouchers")
    assert refused["code"] == "hold_active"
    assert own.status_code == 404
    assert (ended.status_code, as_grete("GET", "platform/stop").json()["stopped"]) == (200, False)
    assert as_grete("POST", "platform/stop/end", {"reason": "x"}).json()["code"] == "not_stopped"
    assert sorted(row for row in rows()) == sorted(
        (slug, state, reason)
        for slug in ("hlf", "turlaget")
        for state, reason in (("platform_stopped", "Wrong vouchers"), ("platform_resumed", "Mended"))
    )
