"""Attachments, as the sandbox of Business Central takes them: made first, filled afterwards."""

from typing import Any

import httpx2
import pytest

from sluse.sandbox.business_central.seed import EMPTY_ID
from sluse.sandbox.tests.caller import COMPANY, Caller

FILES = f"{COMPANY}/attachments"
BINARY = {"content-type": "application/octet-stream", "if-match": "*"}


def add(caller: Caller, parent_id: str, **changes: Any) -> httpx2.Response:
    body = {"parentId": parent_id, "parentType": "Purchase_x0020_Invoice", "fileName": "a.pdf"} | changes
    return caller.call("POST", FILES, body)


def fill(caller: Caller, file_id: str, content: bytes, headers: dict[str, str]) -> httpx2.Response:
    return caller.client.patch(
        f"/v2.0/{caller.tenant}/Production/api/v2.0/{FILES}({file_id})/attachmentContent",
        content=content,
        headers={"authorization": f"Bearer {caller.token}", **headers},
    )


def test_a_file_is_made_and_then_filled(caller: Caller) -> None:
    invoice = caller.create().json()["id"]
    made = add(caller, invoice)
    assert (made.status_code, made.json()["parentId"], made.json()["byteSize"]) == (201, invoice, 0)
    assert fill(caller, made.json()["id"], b"%PDF", BINARY).status_code == 204
    [row] = caller.call("GET", f"{COMPANY}/purchaseInvoices({invoice})/attachments").json()["value"]
    assert (row["fileName"], row["byteSize"]) == ("a.pdf", 4)
    assert caller.call("GET", f"{FILES}({row['id']})/attachmentContent").content == b"%PDF"
    by_parent = caller.call("GET", f"{FILES}?$filter=parentId eq {invoice}").json()["value"]
    assert [one["id"] for one in by_parent] == [row["id"]]
    assert caller.call("GET", FILES).json()["value"] == []


def test_a_wrong_parent_is_not_refused_and_its_file_hangs_on_nothing(caller: Caller) -> None:
    made = add(caller, caller.tenant)
    assert (made.status_code, made.json()["parentId"]) == (201, EMPTY_ID)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"parentType": "Vendor"}, "Application_DialogException"),
        ({"parentType": "Invoice"}, "Unknown"),
        ({"fileName": "x" * 251}, "Application_StringExceededLength"),
        ({"attachmentContent": "JVBERi0="}, "BadRequest"),
        ({"id": EMPTY_ID}, "BadRequest"),
    ],
    ids=str,
)
def test_a_wrong_file_is_refused(caller: Caller, changes: dict[str, Any], code: str) -> None:
    answer = add(caller, caller.create().json()["id"], **changes)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "application/octet-stream"},
        {"content-type": "application/json", "if-match": "*"},
        {"content-type": "application/octet-stream", "if-match": 'W/"9"'},
    ],
    ids=str,
)
def test_content_in_another_form_is_refused(caller: Caller, headers: dict[str, str]) -> None:
    file_id = add(caller, caller.create().json()["id"]).json()["id"]
    assert fill(caller, file_id, b"{}", headers).status_code in {400, 409}


def test_a_roll_back_takes_files_with_it(caller: Caller) -> None:
    invoice = caller.create().json()["id"]
    body = {"parentId": invoice, "parentType": "Purchase_x0020_Invoice", "fileName": "a.pdf"}
    file = {"id": "1", "method": "POST", "url": FILES, "headers": {"Content-Type": "application/json"}}
    wrong = {"id": "2", "method": "GET", "url": f"{COMPANY}/nonsense"}
    caller.call(
        "POST", "$batch", {"requests": [file | {"body": body}, wrong]}, headers={"isolation": "snapshot"}
    )
    assert caller.call("GET", f"{COMPANY}/purchaseInvoices({invoice})/attachments").json()["value"] == []


def test_the_next_page_asks_the_same_question(caller: Caller) -> None:
    for reference in ("R1", "R2", "R3"):
        caller.create(reference)
    caller.create("R4", postingDate="2026-01-01")
    path, found = (
        f"{COMPANY}/purchaseInvoices?$filter=postingDate ge 2026-11-01&$select=vendorInvoiceNumber",
        [],
    )
    while path:
        body = caller.call("GET", path, headers={"prefer": "odata.maxpagesize=1"}).json()
        found += [row["vendorInvoiceNumber"] for row in body["value"]]
        path = body.get("@odata.nextLink", "").partition("/api/v2.0/")[2]
    assert found == ["R1", "R2", "R3"]
