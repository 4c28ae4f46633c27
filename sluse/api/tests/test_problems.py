"""Refusals: one shape, in the caller's language, for whatever goes wrong at whichever depth."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.test.utils import override_settings

from sluse.api.tests import items
from sluse.api.tests.conftest import Caller, Token
from sluse.organizations.models import Organization, User
from sluse.reimbursements import intake
from sluse.reimbursements.models import Reimbursement

MEMBERS = {"type", "title", "status", "code", "detail", "errors", "missing"}
REIMBURSEMENTS = "organizations/hlf/reimbursements"


def problem(answer: Any) -> dict[str, Any]:
    """Every problem keeps to the same form."""
    content: dict[str, Any] = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    assert content.keys() >= MEMBERS
    assert content["status"] == answer.status_code
    assert content["detail"]
    return content


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1/", "/api/v1/nothing", "/api/v2/organizations"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_that_is_not_there(db: None, anonymous: Caller, method: str, path: str) -> None:
    answer = anonymous(method, path)

    assert answer.status_code == 404
    assert problem(answer)["code"] == "not_found"


def test_a_method_the_address_does_not_take(as_kari: Caller) -> None:
    answer = as_kari("DELETE", "organizations/hlf/connector")

    assert answer.status_code == 405
    assert problem(answer)["code"] == "method_not_allowed"
    assert set(answer["Allow"].replace(" ", "").split(",")) == {"GET", "PUT"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        '{"external_id": "R-1", "external_id": "R-2"}',
        b'{"external_id": "R-\xe6"}',
        '{"total": NaN}',
        '{"external_id": "R\\u0000"}',
        '{"external_id": "R\\ud800"}',
        "[" * 100_000,
        '{"a":' * 60 + "1" + "}" * 60,
        "1" * 5_000,
    ],
)
def test_a_body_that_is_not_one_json_text(as_kari: Caller, body: str | bytes) -> None:
    answer = as_kari("POST", REIMBURSEMENTS, body)

    assert answer.status_code == 400
    assert problem(answer)["code"] == "malformed"
    assert not Reimbursement.objects.exists()


@pytest.mark.parametrize("body", ["{", '{"state": "enabled", "state": "disabled"}', b"\xff"])
def test_the_same_where_the_library_reads_the_body(as_kari: Caller, body: str | bytes) -> None:
    answer = as_kari("PUT", "organizations/hlf/connector/switch", body)

    assert answer.status_code == 400
    assert problem(answer)["code"] == "malformed"


@pytest.mark.parametrize("path", [REIMBURSEMENTS, "organizations/hlf/sync-runs"])
def test_a_body_that_is_too_large(as_kari: Caller, path: str) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100):
        answer = as_kari("POST", path, {"external_id": "R" * 200})

    assert answer.status_code == 413
    assert problem(answer)["code"] == "too_large"


def test_wrong_fields_are_named_as_the_caller_wrote_them(as_kari: Caller) -> None:
    item = items.reimbursement()
    item["lines"][0] = item["lines"][0] | {"amount": "155"}

    answer = as_kari("POST", REIMBURSEMENTS, item | {"extra": 1})

    assert answer.status_code == 422
    assert {(error["path"], error["code"]) for error in problem(answer)["errors"]} == {
        ("extra", "unknown_field"),
        ("lines[0].amount", "amount_form"),
    }


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({}, "state", "required"),
        ({"state": "on", "reason": "x"}, "state", "literal_error"),
        ({"state": "disabled", "reason": 7}, "reason", "string_type"),
        ({"state": "disabled", "reason": "x", "force": True}, "force", "unknown_field"),
        ({"state": "disabled", "reason": "  "}, "reason", "reason_required"),
    ],
)
def test_the_same_where_the_library_checks_them(as_kari: Caller, body: Any, path: str, code: str) -> None:
    answer = as_kari("PUT", "organizations/hlf/connector/switch", body)

    assert answer.status_code == 422
    (error,) = problem(answer)["errors"]
    assert (error["path"], error["code"]) == (path, code)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "state=lost", "cursor=abc", "state=%00"]
)
def test_a_question_that_cannot_be_answered(as_kari: Caller, query: str) -> None:
    assert problem(as_kari("GET", f"organizations/hlf/postings?{query}"))["status"] == 422


def test_a_name_no_database_can_hold_is_not_found(as_kari: Caller) -> None:
    assert as_kari("GET", "organizations/hlf/reimbursements/R%00").status_code == 404


@pytest.mark.parametrize(
    ("wanted", "said"),
    [("nb", "Refusjonen finnes ikke."), ("en", "There is no such reimbursement.")],
)
def test_the_detail_is_in_the_callers_language(as_kari: Caller, wanted: str, said: str) -> None:
    answer = as_kari("GET", f"{REIMBURSEMENTS}/R-9", accept_language=wanted)

    assert problem(answer)["detail"] == said
    assert answer["Content-Language"] == wanted


def test_a_program_that_asks_for_no_language_gets_its_users(kari: User, token: Token) -> None:
    kari.language = "en"
    kari.save(update_fields=["language"])
    client = Client(headers={"Authorization": f"Bearer {token(kari).plaintext}"})

    answer = client.get(f"/api/v1/{REIMBURSEMENTS}/R-9")

    assert problem(answer)["detail"] == "There is no such reimbursement."


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(RuntimeError("secret"), 500, "internal_error"), (OperationalError("secret"), 503, "unavailable")],
)
def test_a_fault_tells_nothing_of_what_is_inside(
    as_kari: Caller, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    def fail(**_anything: object) -> None:
        raise error

    monkeypatch.setattr(intake, "submit", fail)

    answer = as_kari("POST", REIMBURSEMENTS, items.reimbursement())

    assert answer.status_code == status
    assert problem(answer)["code"] == code
    assert "secret" not in answer.content.decode()


def test_no_other_site_can_call_and_no_cookie_is_asked_for(hlf: Organization, as_kari: Caller) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {as_kari.plaintext}"})

    answer = strict.post(f"/api/v1/{REIMBURSEMENTS}", items.reimbursement(), content_type="application/json")

    assert answer.status_code == 201
