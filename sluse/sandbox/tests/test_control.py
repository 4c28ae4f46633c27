"""The sandbox's own side: what it records, how it goes wrong when told to, and its limits."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import httpx2
import pytest

from sluse.sandbox.tests.caller import COMPANY, Caller, creation, invoice

SECONDS_MAX = 10.0


def test_every_request_is_recorded_from_its_beginning(caller: Caller) -> None:
    before = time.time()
    caller.batch(invoice("R1"), isolation="snapshot")
    caller.call("GET", "companies")
    sign_in, batch, read = caller.remote.requests(tenant=caller.tenant)
    assert sign_in["path"].endswith("/token")
    assert before <= batch["started_at"] <= batch["finished_at"] <= time.time()
    assert batch["operations"] == [f"POST {COMPANY}/purchaseInvoices"]
    assert (batch["changes"], read["changes"], batch["status"]) == (True, False, 200)
    assert batch["headers"]["isolation"] == "snapshot"
    assert "authorization" not in batch["headers"]
    assert caller.remote.requests(tenant=caller.tenant, since=batch["number"]) == [read]
    assert caller.remote.requests(tenant=caller.tenant, changes_only=True) == [batch]


def test_a_request_that_was_cut_off_is_not_executed_in_part(caller: Caller, sandbox_address: str) -> None:
    where = urlsplit(sandbox_address)
    assert where.hostname is not None
    head = f"POST /v2.0/{caller.tenant}/Production/api/v2.0/$batch HTTP/1.1\r\nHost: {where.netloc}\r\n"
    with socket.create_connection((where.hostname, where.port or 80), timeout=SECONDS_MAX) as connection:
        connection.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1024):
            pass
    assert [
        one["path"] for one in caller.remote.requests(tenant=caller.tenant) if "batch" in one["path"]
    ] == []


def test_counts_are_of_one_tenant(caller: Caller) -> None:
    made = caller.create().json()["id"]
    caller.create("R2")
    caller.post(made)
    assert caller.remote.counts(tenant=caller.tenant) == {
        "requests": 4,
        "tokens": 1,
        "changes": 3,
        "drafts": 1,
        "posted": 1,
        "posted_total": "56.25",
    }
    assert caller.remote.counts()[caller.tenant]["posted"] == 1


@pytest.mark.parametrize(
    ("kind", "is_executed"),
    [("drop_before", False), ("drop_after", True), ("truncated", True), ("late", True)],
)
def test_a_broken_connection_says_nothing_of_what_was_executed(
    caller: Caller, kind: str, *, is_executed: bool
) -> None:
    caller.remote.fault(kind=kind, tenant=caller.tenant)
    with pytest.raises(httpx2.RemoteProtocolError):
        caller.create()
    caller.remote.wait_until_quiet()
    assert caller.drafts() == (["R1"] if is_executed else [])
    assert caller.create("R2").status_code == 201


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ({"kind": "refuse", "status": 400, "code": "X", "message": "No."}, 400, "application/json"),
        ({"kind": "throttle", "retry_after": "7"}, 429, "application/json"),
        ({"kind": "gateway", "status": 502}, 502, "application/xml"),
        ({"kind": "html"}, 200, "text/html"),
        ({"kind": "redirect"}, 302, "application/json"),
        ({"kind": "odd"}, 200, "application/json"),
    ],
    ids=str,
)
def test_other_answers(caller: Caller, fault: dict[str, Any], status: int, kind: str) -> None:
    caller.remote.fault(tenant=caller.tenant, **fault)
    answer = caller.call("GET", "companies")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (status, kind)
    assert answer.headers.get("retry-after") == fault.get("retry_after")
    assert caller.call("GET", "companies").status_code == 200


def test_a_fault_meets_only_what_it_is_meant_for(caller: Caller) -> None:
    caller.remote.fault(kind="html", tenant="0c11e17a-0000-4000-8000-000000000009")
    caller.remote.fault(kind="html", path="/nowhere")
    caller.remote.fault(kind="html", body="not in there")
    caller.remote.fault(
        kind="refuse", tenant=caller.tenant, operation="purchaseInvoices", status=409, count=2
    )
    answers = caller.batch(invoice("R1"), invoice("R2"), invoice("R3"), prefer="odata.continue-on-error")
    assert [answer["status"] for answer in answers] == [409, 409, 201]
    caller.remote.clear_faults()


def test_a_wrong_wish_is_refused(caller: Caller) -> None:
    for wish in (
        lambda: caller.remote.fault(kind="nonsense"),
        lambda: caller.remote.fault(kind="html", nonsense=1),
        lambda: caller.remote.switches(nonsense=True),
        lambda: caller.remote.switches(page_rows_max="many"),
        lambda: caller.remote.limits(nonsense=1),
        lambda: caller.remote.company(tenant=caller.tenant, nonsense=1),
    ):
        with pytest.raises(HTTPError, match="400"):
            wish()


def test_a_pause_holds_what_has_begun(caller: Caller) -> None:
    caller.remote.pause()
    thread = threading.Thread(target=caller.create)
    thread.start()
    ends = time.monotonic() + SECONDS_MAX
    while not caller.remote.state()["unfinished"] and time.monotonic() < ends:
        time.sleep(0.01)
    assert caller.drafts() == []
    assert caller.remote.requests(tenant=caller.tenant, changes_only=True)[0]["status"] is None
    caller.remote.resume()
    thread.join(SECONDS_MAX)
    assert caller.drafts() == ["R1"]


def test_who_asks_too_often_is_turned_away_and_remembered(caller: Caller) -> None:
    caller.remote.limits(requests=5)
    answers = [caller.call("GET", "companies").status_code for _time in range(6)]
    assert answers == [200] * 5 + [429]
    [violation] = caller.remote.violations()
    assert (violation["tenant"], violation["limit"]) == (caller.tenant, "requests")


def test_a_batch_counts_as_its_operations_unless_switched(caller: Caller) -> None:
    caller.remote.limits(requests=5)
    body = {"requests": [creation(invoice(f"R{number}"), number) for number in range(6)]}
    assert caller.call("POST", "$batch", body).status_code == 429
    caller.remote.switches(batch_counts_every_operation=False, throttled_answers_say_when=True)
    assert caller.call("POST", "$batch", body).status_code == 200


def test_too_many_at_once_are_turned_away(caller: Caller) -> None:
    caller.remote.limits(concurrent=1, queued=1)
    caller.remote.fault(kind="slow", tenant=caller.tenant, seconds=0.3, count=2)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _n: caller.call("GET", "companies").status_code, range(4)))
    assert sorted(answers) == [200, 200, 429, 429]
    assert {violation["limit"] for violation in caller.remote.violations()} == {"concurrent"}


def test_a_reset_of_one_tenant_leaves_the_others(caller: Caller) -> None:
    caller.create()
    with Caller(base=caller.remote.base) as other:
        other.create()
        caller.remote.reset(tenant=caller.tenant)
        assert (caller.drafts(), other.drafts()) == ([], ["R1"])
        assert caller.remote.requests(tenant=caller.tenant) == []


def test_the_page_shows_what_it_holds_and_escapes_it(caller: Caller) -> None:
    caller.create("<B>R1</B>")
    page = caller.client.get("/").text
    assert "&lt;B&gt;R1&lt;/B&gt;" in page
    assert "<B>" not in page
    assert "sandbox-client-secret" in page
