"""The table of what answers prove. What is not in it is unclear."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluse.connectors.xledger.classify import Error, Verdict, classify, read_errors

BURST = Error(message="Too many requests", code="BAD_REQUEST.BURST_RATE_LIMIT_REACHED")
CREDITS = Error(message="Credits", code="BAD_REQUEST.INSUFFICIENT_CREDITS")
CONCURRENT = Error(message="Concurrency", code="BAD_REQUEST.CONCURRENCY_LIMIT_REACHED")
INVALID = Error(message="subledger.code: No value", code="INVALID_VALUE")
ARGUMENT = Error(message="wrong", code="ARGUMENTS_OF_CORRECT_TYPE")
FIELD = Error(message="Cannot query field `foo` on type `Query`")
TOKEN = Error(message='Bad format for API Token. Expected header: "Authorization: token <your-token>"')
TIMEOUT = Error(message="Your query timed out.")
UNHANDLED = Error(message="x", code="UNHANDLED_ERROR")

TABLE: list[tuple[int, list[Error], bool, Verdict]] = [
    (200, [], True, Verdict.DONE),
    (200, [], False, Verdict.UNCLEAR),
    (202, [], True, Verdict.UNCLEAR),
    (400, [], True, Verdict.UNCLEAR),
    (302, [], False, Verdict.UNCLEAR),
    (401, [], False, Verdict.UNAUTHORIZED),
    (403, [], False, Verdict.UNAUTHORIZED),
    (200, [TOKEN], False, Verdict.UNAUTHORIZED),
    (400, [TOKEN], False, Verdict.UNAUTHORIZED),
    *[(status, [one], False, Verdict.REFUSED) for status in (200, 400) for one in (INVALID, ARGUMENT, FIELD)],
    *[
        (status, [one], False, Verdict.THROTTLED)
        for status in (200, 429)
        for one in (BURST, CREDITS, CONCURRENT)
    ],
    (429, [], False, Verdict.UNCLEAR),
    (200, [TIMEOUT], False, Verdict.UNCLEAR),
    (200, [UNHANDLED], False, Verdict.UNCLEAR),
    (200, [INVALID, TIMEOUT], False, Verdict.UNCLEAR),
    (200, [INVALID, INVALID], False, Verdict.REFUSED),
    (200, [INVALID], True, Verdict.REFUSED),
    (200, [BURST], True, Verdict.UNCLEAR),
    (200, [TOKEN], True, Verdict.UNCLEAR),
    *[(status, [INVALID], False, Verdict.UNCLEAR) for status in (404, 408, 500, 502, 503, 504)],
]


@pytest.mark.parametrize(("status", "errors", "has_data", "verdict"), TABLE)
def test_the_table(status: int, errors: list[Error], has_data: bool, verdict: Verdict) -> None:  # noqa: FBT001
    assert classify(status=status, errors=errors, has_data=has_data) is verdict


@given(st.integers(100, 999), st.text(max_size=40), st.text(max_size=80), st.booleans())
def test_a_server_that_failed_proves_nothing_whatever_it_says(
    status: int,
    code: str,
    message: str,
    has_data: bool,  # noqa: FBT001
) -> None:
    verdict = classify(status=status, errors=[Error(message=message, code=code)], has_data=has_data)
    if status == 408 or status >= 500 or 100 <= status < 200 or 300 <= status < 400:
        assert verdict is Verdict.UNCLEAR


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, []),
        ([], []),
        ({"errors": None}, []),
        ({"errors": "x"}, None),
        ({"errors": ["x"]}, None),
        ({"errors": [{"message": "m", "code": "top"}]}, [Error(message="m", code="top")]),
        ({"errors": [{"message": "m", "extensions": {"code": "in"}}]}, [Error(message="m", code="in")]),
        ({"errors": [{"message": 7, "extensions": "x"}]}, [Error(message="")]),
    ],
)
def test_errors_are_read_in_both_their_forms(body: Any, found: list[Error] | None) -> None:
    assert read_errors(body) == found
