"""The sandbox's journals refuse what Business Central's refuse."""

from typing import Any

import httpx2
import pytest

from sluse.sandbox.tests.caller import COMPANY, Caller

ACCOUNT, VENDOR = "G_x002F_L_x0020_Account", "Vendor"
JOURNALS = f"{COMPANY}/journals"


def line(number: int, account: str, amount: float, *, kind: str = ACCOUNT, **changes: Any) -> dict[str, Any]:
    return {
        "lineNumber": number,
        "accountType": kind,
        "accountNumber": account,
        "postingDate": "2026-11-20",
        "documentNumber": "R1",
        "amount": amount,
    } | changes


BALANCED = [line(20_000, "7140", 56), line(30_000, "V00001", -56, kind=VENDOR)]


def create(caller: Caller, *lines: dict[str, Any], **changes: Any) -> httpx2.Response:
    body = {"code": "S1", "displayName": "Sluse R1", "journalLines": list(lines or BALANCED)}
    return caller.call("POST", JOURNALS, body | changes)


def post(caller: Caller, key: str) -> httpx2.Response:
    return caller.call("POST", f"{JOURNALS}({key})/Microsoft.NAV.post")


def message(answer: httpx2.Response) -> str:
    return str(answer.json()["error"]["message"])


def test_a_journal_is_posted_as_a_whole_and_leaves_an_empty_line(caller: Caller) -> None:
    key = create(caller).json()["id"]
    assert post(caller, key).status_code == 204
    [empty] = caller.call("GET", f"{JOURNALS}({key})/journalLines").json()["value"]
    assert (empty["lineNumber"], empty["accountNumber"]) == (10_000, "")
    entries = caller.call("GET", f"{COMPANY}/generalLedgerEntries?$filter=documentNumber eq 'R1'").json()[
        "value"
    ]
    assert [(row["accountNumber"], row["debitAmount"], row["creditAmount"]) for row in entries] == [
        ("7140", 56, 0),
        ("2400", 0, 56),
    ]
    assert "nothing to post" in message(post(caller, key))


def test_a_code_and_a_line_number_exist_once(caller: Caller) -> None:
    create(caller)
    again = create(caller)
    assert (again.status_code, again.json()["error"]["code"]) == (400, "Internal_EntityWithSameKeyExists")
    twice = create(caller, BALANCED[0], BALANCED[0], code="S2")
    assert twice.json()["error"]["code"] == "Internal_EntityWithSameKeyExists"
    assert create(caller, code="S1", templateDisplayName="KASSE").status_code == 201
    assert [row["code"] for row in caller.call("GET", JOURNALS).json()["value"]] == ["S1"]


@pytest.mark.parametrize(
    ("lines", "changes", "code"),
    [
        ([], {"code": ""}, "Application_DialogException"),
        ([], {"code": "S" * 11}, "Application_StringExceededLength"),
        ([], {"templateDisplayName": "NOWHERE"}, "Internal_InvalidTableRelation"),
        ([line(1, "9999", 1)], {}, "Internal_InvalidTableRelation"),
        ([line(1, "2400", 1)], {}, "Application_FieldValidationException"),
        ([line(1, "V99999", 1, kind=VENDOR)], {}, "Internal_InvalidTableRelation"),
        ([line(1, "V90001", 1, kind=VENDOR)], {}, "Application_DialogException"),
        ([line(1, "7140", 1, documentType="Invoice")], {}, "BadRequest"),
        ([line(1, "7140", 1, currencyCode="EUR")], {}, "BadRequest"),
        ([line(1, "7140", 1, documentNumber="R" * 21)], {}, "Application_StringExceededLength"),
        ([line(1, "7140", 1, accountType="G/L Account")], {}, "Unknown"),
    ],
    ids=str,
)
def test_a_wrong_journal_is_refused_as_a_whole(
    caller: Caller, lines: list[dict[str, Any]], changes: dict[str, Any], code: str
) -> None:
    answer = create(caller, *lines, **changes)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert caller.call("GET", JOURNALS).json()["value"] == []


@pytest.mark.parametrize(
    ("lines", "settings", "text"),
    [
        ([line(1, "7140", 1)], {}, "out of balance by 1"),
        ([*BALANCED, line(4, "7140", 1, documentNumber="R2"), line(5, "7100", -1)], {}, "out of balance"),
        ([line(1, "7140", 1, documentNumber=""), line(2, "7100", -1, documentNumber="")], {}, "Document No."),
        (BALANCED, {"allow_posting_to": "2026-11-19"}, "not within your range"),
        (BALANCED, {"mandatory_dimensions": {"7140": "AVD"}}, "Select a Dimension Value Code"),
        (BALANCED, {"blocked_accounts": ["7140"]}, "Blocked must be equal"),
    ],
    ids=str,
)
def test_what_is_wrong_is_refused_when_it_is_posted(
    caller: Caller, lines: list[dict[str, Any]], settings: dict[str, Any], text: str
) -> None:
    key = create(caller, *lines).json()["id"]
    caller.remote.company(tenant=caller.tenant, **settings)
    assert text in message(post(caller, key))
    assert caller.call("GET", f"{COMPANY}/generalLedgerEntries").json()["value"] == []


def test_lines_have_no_address_of_their_own_and_those_of_employees_are_not_shown(caller: Caller) -> None:
    assert "journal batch ID" in message(caller.call("GET", f"{COMPANY}/journalLines"))
    key = create(caller, BALANCED[0], line(30_000, "A1", -56, kind="Employee")).json()["id"]
    shown = caller.call("GET", f"{JOURNALS}({key})/journalLines").json()["value"]
    assert [row["accountNumber"] for row in shown] == ["7140"]
    assert post(caller, key).status_code == 204


def test_dimensions_are_added_and_changed_but_never_twice(caller: Caller) -> None:
    caller.remote.company(tenant=caller.tenant, default_dimensions={"7140": {"AVD": "20"}})
    key = create(caller).json()["id"]
    [first, _second] = caller.call("GET", f"{JOURNALS}({key})/journalLines?$expand=dimensionSetLines").json()[
        "value"
    ]
    path = f"{JOURNALS}({key})/journalLines({first['id']})/dimensionSetLines"
    [preset] = first["dimensionSetLines"]
    assert "already exists" in message(caller.call("POST", path, {"code": "AVD", "valueCode": "10"}))
    change = {"valueCode": "10"}
    assert caller.call("PATCH", f"{path}({preset['id']})", change).status_code == 400
    changed = caller.call("PATCH", f"{path}({preset['id']})", change, headers={"if-match": "*"})
    assert (changed.status_code, changed.json()["valueCode"]) == (200, "10")
    renamed = caller.call(
        "PATCH", f"{path}({preset['id']})", change | {"code": "AVD"}, headers={"if-match": "*"}
    )
    assert "cannot be modified" in message(renamed)


def test_the_ledger_is_only_read(caller: Caller) -> None:
    assert caller.call("POST", f"{COMPANY}/generalLedgerEntries", {}).status_code == 405
