"""What an answer of Finance proves, as a table."""

import pytest

from sluse.connectors.finance.classify import Operation, Verdict, classify

FAILED = "Write failed for table row of type 'LedgerJournalLineEntity'. Infolog: "
TABLE = [
    (Operation.BATCH, 200, "", Verdict.DONE),
    (Operation.READ, 200, "", Verdict.DONE),
    (Operation.CREATE, 201, "", Verdict.DONE),
    (Operation.DELETE, 204, "", Verdict.DONE),
    (Operation.CREATE, 200, "", Verdict.UNCLEAR),
    (Operation.BATCH, 202, "", Verdict.UNCLEAR),
    (Operation.READ, 302, "", Verdict.UNCLEAR),
    (Operation.READ, 404, "No HTTP resource was found.", Verdict.GONE),
    (Operation.READ, 404, "", Verdict.UNCLEAR),
    (Operation.CREATE, 401, "", Verdict.UNAUTHORIZED),
    (Operation.CREATE, 403, "Access denied", Verdict.UNAUTHORIZED),
    (Operation.CREATE, 429, "", Verdict.THROTTLED),
    (Operation.CREATE, 400, f"{FAILED}Error: V1 is not found.", Verdict.REFUSED),
    (Operation.CREATE, 500, f"{FAILED}Error: V1 is not found.", Verdict.REFUSED),
    (Operation.CREATE, 400, "Cannot convert 'LineNumber'.", Verdict.REFUSED),
    (Operation.CREATE, 500, "Something else.", Verdict.UNCLEAR),
    (Operation.CREATE, 400, "", Verdict.UNCLEAR),
    (Operation.CREATE, 400, f"{FAILED}The record already exists.", Verdict.LOOK_UP),
    (Operation.CREATE, 400, f"{FAILED}Journal J1 has been posted.", Verdict.LOOK_UP),
    (
        Operation.CREATE,
        400,
        f"{FAILED}Cannot edit a record in Ledger journal table. An update conflict occurred.",
        Verdict.UNCLEAR,
    ),
    (Operation.CREATE, 500, f"{FAILED}Deadlock, retry.", Verdict.UNCLEAR),
    (Operation.CREATE, 502, "Bad gateway", Verdict.UNCLEAR),
    (Operation.CREATE, 503, "", Verdict.UNCLEAR),
    (Operation.DELETE, 412, "The record was changed by another user.", Verdict.UNCLEAR),
]


@pytest.mark.parametrize(("operation", "status", "message", "verdict"), TABLE)
def test_classify(operation: Operation, status: int, message: str, verdict: Verdict) -> None:
    assert classify(operation=operation, status=status, message=message) is verdict


def test_every_verdict_is_in_the_table() -> None:
    assert {row[3] for row in TABLE} == set(Verdict)
