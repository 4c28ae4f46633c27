"""The OpenAPI document and its page agree with the contract, and the API with the document."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi_checks

from sluse.api.tests.conftest import Caller, Token
from sluse.organizations import tokens
from sluse.organizations.models import Organization, User
from sluse.wsgi import application

ORGANIZATION = "/api/v1/organizations/{org}"
CONTRACT = {
    ("post", "/api/v1/organizations"),
    ("get", "/api/v1/organizations"),
    ("get", ORGANIZATION),
    ("put", f"{ORGANIZATION}/connector"),
    ("get", f"{ORGANIZATION}/connector"),
    ("post", f"{ORGANIZATION}/connector/test"),
    ("get", f"{ORGANIZATION}/mapping"),
    ("put", f"{ORGANIZATION}/mapping"),
    ("get", f"{ORGANIZATION}/connector/switch"),
    ("put", f"{ORGANIZATION}/connector/switch"),
    ("post", f"{ORGANIZATION}/reimbursements"),
    ("get", f"{ORGANIZATION}/reimbursements"),
    ("get", f"{ORGANIZATION}/reimbursements/{{external_id}}"),
    ("post", f"{ORGANIZATION}/reimbursements/{{external_id}}/approve"),
    ("post", f"{ORGANIZATION}/reimbursements/{{external_id}}/withdraw"),
    ("post", f"{ORGANIZATION}/reimbursements/{{external_id}}/versions"),
    ("get", f"{ORGANIZATION}/reimbursements/{{external_id}}/versions"),
    ("post", f"{ORGANIZATION}/reimbursements/{{external_id}}/attachments"),
    ("get", f"{ORGANIZATION}/reimbursements/{{external_id}}/attachments"),
    ("get", f"{ORGANIZATION}/reimbursements/{{external_id}}/attachments/{{attachment_id}}"),
    ("get", f"{ORGANIZATION}/postings"),
    ("get", f"{ORGANIZATION}/postings/{{posting_id}}"),
    ("post", f"{ORGANIZATION}/postings/retry"),
    ("post", f"{ORGANIZATION}/sync-runs"),
    ("get", f"{ORGANIZATION}/sync-runs"),
    ("get", f"{ORGANIZATION}/sync-runs/{{run_id}}"),
    ("post", f"{ORGANIZATION}/reconciliations"),
    ("get", f"{ORGANIZATION}/reconciliations"),
    ("get", f"{ORGANIZATION}/reconciliations/{{reconciliation_id}}"),
    ("get", f"{ORGANIZATION}/reconciliations/{{reconciliation_id}}/differences.csv"),
    ("get", f"{ORGANIZATION}/sync-log"),
    ("get", f"{ORGANIZATION}/sync-log.csv"),
    ("get", f"{ORGANIZATION}/connector/next-credentials"),
    ("put", f"{ORGANIZATION}/connector/next-credentials"),
    ("post", f"{ORGANIZATION}/connector/next-credentials/test"),
    ("post", f"{ORGANIZATION}/connector/next-credentials/swap"),
    ("get", f"{ORGANIZATION}/four-eyes"),
    ("put", f"{ORGANIZATION}/four-eyes"),
    ("post", f"{ORGANIZATION}/approvals/{{approval_id}}/approve"),
    ("post", f"{ORGANIZATION}/approvals/{{approval_id}}/reject"),
    ("get", f"{ORGANIZATION}/holds"),
    ("post", f"{ORGANIZATION}/holds"),
    ("put", f"{ORGANIZATION}/holds/{{hold_id}}"),
    ("post", f"{ORGANIZATION}/holds/{{hold_id}}/end"),
    ("get", "/api/v1/platform/stop"),
    ("post", "/api/v1/platform/stop"),
    ("post", "/api/v1/platform/stop/end"),
}
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
schema.config.phases.update(phases=["fuzzing"])
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
]


def document() -> dict[str, Any]:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    content: dict[str, Any] = answer.json()
    return content


def calls() -> list[tuple[str, str, dict[str, Any]]]:
    paths = document()["paths"]
    return [(method, path, details) for path, methods in paths.items() for method, details in methods.items()]


def test_the_document_has_every_call_of_the_contract_and_no_other() -> None:
    assert {(method, path) for method, path, _details in calls()} == CONTRACT


def test_every_call_says_its_scopes_and_its_refusals() -> None:
    for method, path, details in calls():
        assert details["x-scopes"], path
        assert set(details["x-scopes"]) <= set(tokens.SCOPES)
        assert details["security"]
        assert {"401", "403", "404", "422"} <= details["responses"].keys(), (method, path)


def test_everything_the_document_refers_to_is_in_it() -> None:
    answer = Client().get("/api/v1/openapi.json")
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', answer.content.decode()))

    assert named <= answer.json()["components"]["schemas"].keys()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_shows_every_call_without_script_or_anything_from_elsewhere(language: str) -> None:
    answer = Client().get("/api/v1/docs", headers={"Accept-Language": language})

    text = answer.content.decode()
    assert answer.status_code == 200
    for method, path in CONTRACT:
        assert f"{method.upper()} {path}" in text
    assert not re.search(r"<script(?![^>]*src=)", text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
    assert "style=" not in text


@pytest.fixture
def platform(grete: User, ready: Organization, token: Token) -> Caller:
    """May do everything, so that what is asked goes all the way in."""
    return token(grete, *tokens.SCOPES)


@pytest.fixture
def one_connection(db: None) -> Iterator[None]:
    """Between requests too, for the test's transaction lives on it; Django's own test client does the same."""
    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@schema.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_asked_the_answer_is_as_the_document_says(
    case: schemathesis.Case[Any], platform: Caller
) -> None:
    if "org" in case.path_parameters:
        case.path_parameters["org"] = "hlf"

    case.call_and_validate(headers={"Authorization": f"Bearer {platform.plaintext}"}, checks=CHECKS)
