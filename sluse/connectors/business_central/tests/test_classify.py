"""The table of what answers prove. What is not in it is unclear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluse.connectors.base import NotSent
from sluse.connectors.business_central import outcomes
from sluse.connectors.business_central.batch import Reply
from sluse.connectors.business_central.classify import Operation, Verdict, classify

DIALOG, VALIDATION = "Application_DialogException", "Application_FieldValidationException"
CREATE, POST, DELETE, READ, BATCH = (
    Operation.CREATE,
    Operation.POST,
    Operation.DELETE,
    Operation.READ,
    Operation.BATCH,
)

TABLE = [
    (CREATE, 201, "", "", Verdict.DONE),
    (CREATE, 200, "", "", Verdict.UNCLEAR),
    (CREATE, 204, "", "", Verdict.UNCLEAR),
    (POST, 204, "", "", Verdict.DONE),
    (POST, 202, "", "", Verdict.UNCLEAR),
    (DELETE, 204, "", "", Verdict.DONE),
    (READ, 200, "", "", Verdict.DONE),
    (BATCH, 200, "", "", Verdict.DONE),
    (BATCH, 302, "", "", Verdict.UNCLEAR),
    (CREATE, 400, "BadRequest", "The property 'x' does not exist.", Verdict.REFUSED),
    (CREATE, 400, "BadRequest_InvalidToken", "If-Match", Verdict.REFUSED),
    (CREATE, 400, "Internal_InvalidTableRelation", "cannot be found", Verdict.REFUSED),
    (CREATE, 400, VALIDATION, "Direct Posting must be equal to 'Yes'", Verdict.REFUSED),
    (CREATE, 400, "Application_StringExceededLength", "The length", Verdict.REFUSED),
    (CREATE, 400, "Unknown", "'x' is not an option.", Verdict.REFUSED),
    (POST, 400, DIALOG, "There is nothing to post.", Verdict.REFUSED),
    (POST, 400, DIALOG, "Purchase Invoice R1 already exists for this vendor.", Verdict.LOOK_UP),
    (POST, 400, DIALOG, "The action can be applied to a draft invoice only.", Verdict.LOOK_UP),
    (POST, 400, DIALOG, "The invoice has been posted and can no longer be modified.", Verdict.LOOK_UP),
    (CREATE, 400, "Internal_EntityWithSameKeyExists", "exists", Verdict.LOOK_UP),
    (CREATE, 409, "Internal_EntityWithSameKeyExists", "exists", Verdict.LOOK_UP),
    (CREATE, 424, "", "", Verdict.LOOK_UP),
    (POST, 400, DIALOG, "The table is locked by another user.", Verdict.LOCKED),
    (POST, 409, "Internal_Lock", "The activity was deadlocked with another user", Verdict.LOCKED),
    (DELETE, 409, "Request_EntityChanged", "Another user has already changed", Verdict.UNCLEAR),
    (POST, 400, "", "", Verdict.UNCLEAR),
    (POST, 400, "Internal_SomethingNew", "", Verdict.UNCLEAR),
    (BATCH, 401, "", "", Verdict.UNAUTHORIZED),
    (CREATE, 403, "Whatever", "permissions prevented", Verdict.UNAUTHORIZED),
    (READ, 404, "NoEnvironment", "Environment does not exist.", Verdict.GONE),
    (DELETE, 404, "Internal_RecordNotFound", "", Verdict.GONE),
    (READ, 404, "", "", Verdict.UNCLEAR),
    (CREATE, 405, "BadRequest_MethodNotAllowed", "", Verdict.REFUSED),
    (BATCH, 429, "", "", Verdict.THROTTLED),
    *[(BATCH, status, "Application_X", "", Verdict.UNCLEAR) for status in (408, 500, 502, 503, 504)],
]


@pytest.mark.parametrize(("operation", "status", "code", "message", "verdict"), TABLE)
def test_the_table(operation: Operation, status: int, code: str, message: str, verdict: Verdict) -> None:
    assert classify(operation=operation, status=status, code=code, message=message) is verdict


@given(st.sampled_from(Operation), st.integers(100, 999), st.text(max_size=40), st.text(max_size=80))
def test_a_server_that_failed_proves_nothing_whatever_it_says(
    operation: Operation, status: int, code: str, message: str
) -> None:
    verdict = classify(operation=operation, status=status, code=code, message=message)
    if status == 408 or status >= 500 or 100 <= status < 200 or 300 <= status < 400:
        assert verdict is Verdict.UNCLEAR


@pytest.mark.parametrize(
    ("code", "is_company"),
    [
        ("Internal_CompanyNotFound", True),
        ("NoEnvironment", True),
        ("Internal_RecordNotFound", False),
        ("BadRequest_ResourceNotFound", False),
    ],
)
def test_a_document_that_somebody_took_away_is_no_reason_to_stop(code: str, *, is_company: bool) -> None:
    outcome = outcomes.of_failure(Reply(verdict=Verdict.GONE, status=404, code=code))
    assert isinstance(outcome, NotSent)
    assert outcome.needs_a_person is is_company
