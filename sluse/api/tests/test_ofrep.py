"""The switch as a flag: what a program is told in each state, and what nobody else is told."""

from datetime import datetime
from typing import Any

import pytest

from sluse.api.tests.conftest import Caller, Token
from sluse.gate.models import Hold
from sluse.organizations import access
from sluse.organizations.models import Organization, User
from sluse.sync import flag, holding
from tests import people

BULK = "/ofrep/v1/evaluate/flags"
ONE = f"{BULK}/accounting-sync"


def about(slug: str, **more: Any) -> dict[str, Any]:
    return {"context": {"targetingKey": slug, **more}}


def told(caller: Caller, **more: Any) -> tuple[Any, Any, Any]:
    content = caller("POST", ONE, about("hlf", **more)).json()
    assert content["key"] == "accounting-sync"
    return content["value"], content["variant"], content["reason"]


def test_it_is_true_only_while_a_posting_may_go(
    ready: Organization, kari: User, as_kari: Caller, now: datetime
) -> None:
    assert told(as_kari) == (False, "disabled", "TARGETING_MATCH")

    people.turn_on(ready, kari, now)
    assert told(as_kari) == (True, "enabled", "TARGETING_MATCH")

    people.turn_off(ready, kari, now)
    assert told(as_kari) == (False, "disabled", "TARGETING_MATCH")


def test_a_hold_closes_it_and_is_named(
    ready: Organization, kari: User, grete: User, as_kari: Caller, now: datetime
) -> None:
    people.turn_on(ready, kari, now)
    holding.stop_platform(reason="Bank closed", actor=access.actor_of(grete), now=now)

    assert told(as_kari) == (False, "held", "TARGETING_MATCH")
    metadata = as_kari("POST", ONE, about("hlf")).json()["metadata"]
    assert metadata["holds"] == Hold.Kind.PLATFORM
    assert all(isinstance(value, str | int | bool) for value in metadata.values())


def test_no_connector_at_all_is_off(hlf: Organization, as_kari: Caller) -> None:
    assert told(as_kari) == (False, "disabled", "TARGETING_MATCH")


def test_to_another_accounting_system_nothing_goes(
    ready: Organization, kari: User, as_kari: Caller, now: datetime
) -> None:
    people.turn_on(ready, kari, now)

    assert told(as_kari, connector="business_central")[0] is True
    assert told(as_kari, connector="xledger")[:2] == (False, "disabled")


def test_what_is_not_yours_looks_like_what_does_not_exist(
    ready: Organization, other: Organization, grete: User, ola: User, token: Token
) -> None:
    as_ola, bound = token(ola), token(grete, "connector:read", organization=other)
    strange = as_ola("POST", ONE, about("nobody"))

    assert strange.status_code == 404
    assert strange.json()["errorCode"] == "FLAG_NOT_FOUND"
    assert as_ola("POST", ONE, about("hlf")).content == strange.content
    assert bound("POST", ONE, about("hlf")).content == strange.content
    for caller, slug in ((as_ola, "hlf"), (as_ola, "nobody"), (bound, "hlf")):
        assert caller("POST", BULK, about(slug)).json() == {"flags": []}


def test_an_unknown_flag_is_not_found(as_kari: Caller) -> None:
    answer = as_kari("POST", f"{BULK}/nope", about("hlf"))

    assert answer.status_code == 404
    assert (answer.json()["key"], answer.json()["errorCode"]) == ("nope", "FLAG_NOT_FOUND")


@pytest.mark.parametrize("path", [ONE, BULK])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "PARSE_ERROR"),
        ({"context": {"connector": "xledger"}}, "TARGETING_KEY_MISSING"),
        (about(""), "TARGETING_KEY_MISSING"),
        ([], "INVALID_CONTEXT"),
        ({"context": "hlf"}, "INVALID_CONTEXT"),
        ({"context": {"targetingKey": 7}}, "INVALID_CONTEXT"),
        (about("hlf", connector=["xledger"]), "INVALID_CONTEXT"),
    ],
)
def test_a_wrong_question_is_told_so(as_kari: Caller, path: str, body: Any, code: str) -> None:
    answer = as_kari("POST", path, body)

    assert answer.status_code == 400
    assert answer.json()["errorCode"] == code
    assert answer.json()["errorDetails"]
    assert ("key" in answer.json()) == (path == ONE)


@pytest.mark.parametrize("path", [ONE, BULK])
def test_it_asks_for_a_token_with_its_scope(
    hlf: Organization, kari: User, token: Token, anonymous: Caller, path: str
) -> None:
    nobody, wrong = anonymous("POST", path, about("hlf")), token(kari, "log:read")("POST", path, about("hlf"))

    assert (nobody.status_code, nobody.content) == (401, b"")
    assert nobody["WWW-Authenticate"].startswith("Bearer")
    assert (wrong.status_code, wrong.content) == (403, b"")


def test_an_auditor_may_ask(ready: Organization, rune: User, token: Token) -> None:
    assert told(token(rune))[0] is False


def test_all_flags_are_told_once_and_again_only_when_something_changed(
    ready: Organization, kari: User, as_kari: Caller, now: datetime
) -> None:
    first = as_kari("POST", BULK, about("hlf"))
    again = as_kari("POST", BULK, about("hlf"), If_None_Match=first["ETag"])

    assert [found["value"] for found in first.json()["flags"]] == [False]
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])

    people.turn_on(ready, kari, now)
    changed = as_kari("POST", BULK, about("hlf"), If_None_Match=first["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert [found["value"] for found in changed.json()["flags"]] == [True]


def test_only_post_asks(as_kari: Caller) -> None:
    answer = as_kari("GET", ONE)

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert as_kari("POST", "/ofrep/v2").json()["code"] == "not_found"


def test_a_fault_tells_nothing_of_itself(as_kari: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_facts: Any) -> None:
        raise RuntimeError("postgres://sluse:secret@inside")

    monkeypatch.setattr(flag, "of", broken)
    answer = as_kari("POST", ONE, about("hlf"))

    assert answer.status_code == 500
    assert list(answer.json()) == ["errorDetails"]
    assert b"inside" not in answer.content
