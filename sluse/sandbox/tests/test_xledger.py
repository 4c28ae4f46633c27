"""The sandbox refuses what Xledger refuses."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from sluse.sandbox import xledger
from sluse.sandbox.remote import Remote
from sluse.sandbox.serve import running

ENTITY = xledger.ENTITY
ADD = """mutation Post($inputs: [AddGLImportItemsInput!]!) {
  addGLImportItems(inputs: $inputs) { edges { clientId node { dbId } } } }"""
STAGED = """query Find($filter: GLImportItem_Filter, $after: String, $first: Int) {
  glImportItems(first: $first, after: $after, filter: $filter) {
    edges { cursor node { dbId invoiceNumber amount jobLevelDbId } } pageInfo { hasNextPage } } }"""
LEDGER = "{ journalEntries { edges { node { transactionNumber invoiceNumber amount extIdentifier } } } }"
ERRORS = "{ glImportItemErrors { edges { node { dbId transactionDbId message } } } }"


class Caller:
    def __init__(self, base: str) -> None:
        self.remote = Remote(base=base)
        self.client = httpx2.Client(base_url=base, trust_env=False, timeout=10)
        self.token = xledger.token_of(entity=ENTITY)

    def ask(self, query: str, **variables: Any) -> httpx2.Response:
        headers = {"authorization": f"token {self.token}"}
        return self.client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)

    def add(self, *rows: dict[str, Any]) -> dict[str, Any]:
        inputs = [{"clientId": str(at), "node": row} for at, row in enumerate(rows)]
        answer = self.ask(ADD, inputs=inputs)
        assert answer.status_code == 200
        return dict(answer.json())

    def states(self) -> list[tuple[str, str]]:
        return [(one["invoiceNumber"], one["state"]) for one in self.remote.vouchers(tenant=ENTITY)]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running(xledger.create()) as base:
        yield base


@pytest.fixture
def caller(address: str) -> Iterator[Caller]:
    caller = Caller(address)
    yield caller
    caller.client.close()
    caller.remote.reset()


def row(amount: str, number: int = 10_000_001, **changes: Any) -> dict[str, Any]:
    is_debit = not amount.startswith("-")
    return {
        "transactionSource": {"code": "GL"},
        "trRegNumber": number,
        "postedDate": "2026-11-20",
        "account": {"code": "7140" if is_debit else "2400"},
        **({} if is_debit else {"subledger": {"code": "V00001"}}),
        "amount": amount,
        "invoiceNumber": f"R{number}",
        "extIdentifier": f"R{number}-{1 if is_debit else 2}",
        "jobLevel": {"dbSubId": 1},
    } | changes


def test_a_wrong_token_is_refused_and_each_entity_has_its_own(caller: Caller) -> None:
    assert caller.ask("{ viewer { entity { dbId ownerDbId } } }").json()["data"]["viewer"]["entity"] == {
        "dbId": int(ENTITY),
        "ownerDbId": int(ENTITY),
    }
    caller.token = "wrong"
    assert "Bad format for API Token" in caller.ask("{ __typename }").json()["errors"][0]["message"]
    caller.remote.switches(errors_with_status_200=False)
    assert caller.ask("{ __typename }").status_code == 401


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"nonsense": 1}, "ARGUMENTS_OF_CORRECT_TYPE", "nonsense"),
        ({"amount": 56.0}, "ARGUMENTS_OF_CORRECT_TYPE", "Money"),
        ({"amount": "56,00"}, "ARGUMENTS_OF_CORRECT_TYPE", "Money"),
        ({"postedDate": "20.11.2026"}, "ARGUMENTS_OF_CORRECT_TYPE", "date"),
        ({"account": {"code": "9999"}}, "INVALID_VALUE", "account.code: No value matching owner 4200100"),
        ({"subledger": {"code": "V99999"}}, "INVALID_VALUE", "subledger.code"),
        ({"owner": {"dbId": 4_200_999}}, "INVALID_VALUE", "owner.dbId"),
        ({"glObject2": {"code": "1"}}, "INVALID_VALUE", "glObject2.code"),
        ({"text": "x" * 256}, "INVALID_VALUE", "text: At most 255"),
        ({"extIdentifier": "x" * 26}, "INVALID_VALUE", "extIdentifier: At most 25"),
        ({"trRegNumber": 1_000_000_000}, "INVALID_VALUE", "trRegNumber"),
    ],
    ids=str,
)
def test_a_wrong_row_is_refused_and_nothing_kept(
    caller: Caller, change: dict[str, Any], code: str, words: str
) -> None:
    [error] = caller.add(row("56.00") | change, row("-56.00"))["errors"]
    assert error["extensions"]["code"] == code
    assert words in error["message"]
    assert caller.states() == []


@pytest.mark.parametrize(("stores", "kept"), [("nothing", 0), ("valid", 2), ("prefix", 1)])
def test_what_a_failing_batch_keeps_is_a_switch(caller: Caller, stores: str, kept: int) -> None:
    caller.remote.switches(failing_batch_stores=stores)
    wrong = row("1.00", account={"code": "9999"})
    assert caller.add(row("56.00"), wrong, row("-56.00"))["errors"]
    edges = caller.ask(STAGED).json()["data"]["glImportItems"]["edges"] or []
    assert len(edges) == kept


def test_nothing_found_is_null_and_pages_go_on_from_the_last_cursor(caller: Caller) -> None:
    condition = {"OR": [{"invoiceNumber": "R10000001"}, {"invoiceNumber": "R10000002"}]}
    empty = caller.ask(STAGED, filter=condition).json()["data"]["glImportItems"]
    assert empty == {"edges": None, "pageInfo": {"hasNextPage": False}}
    caller.add(row("56.00"), row("-56.00"), row("1.00", 10_000_003), row("-1.00", 10_000_003))
    first = caller.ask(STAGED, filter=condition, first=1).json()["data"]["glImportItems"]
    assert first["pageInfo"]["hasNextPage"]
    after = first["edges"][-1]["cursor"]
    second = caller.ask(STAGED, filter=condition, first=1, after=after).json()["data"]["glImportItems"]
    assert not second["pageInfo"]["hasNextPage"]
    assert {edge["node"]["amount"] for edge in (*first["edges"], *second["edges"])} == {"56.00", "-56.00"}


def test_the_job_posts_what_is_staged_and_says_what_it_refuses(caller: Caller) -> None:
    caller.add(row("56.00"), row("-56.00"), row("2.00", 10_000_002), row("-1.00", 10_000_002))
    assert caller.states() == [("R10000001", "staged"), ("R10000002", "staged")]
    caller.remote.run_job(tenant=ENTITY)
    assert caller.states() == [("R10000001", "posted"), ("R10000002", "failed")]
    entries = [edge["node"] for edge in caller.ask(LEDGER).json()["data"]["journalEntries"]["edges"]]
    assert {(one["transactionNumber"], one["extIdentifier"]) for one in entries} == {
        ("100001", "R10000001-1"),
        ("100001", "R10000001-2"),
    }
    [error] = caller.ask(ERRORS).json()["data"]["glImportItemErrors"]["edges"]
    assert "out of balance" in error["node"]["message"]
    assert caller.remote.counts(tenant=ENTITY)["posted_total"] == "56.00"


@pytest.mark.parametrize(
    ("company", "words"),
    [
        ({"open_from": "2027-01-01"}, "is closed"),
        ({"blocked_accounts": ["7140"]}, "not open for posting"),
        ({"mandatory_objects": {"7140": "glObject1"}}, "requires glObject1"),
    ],
)
def test_a_refusal_of_the_job_ends_when_its_cause_does(
    caller: Caller, company: dict[str, Any], words: str
) -> None:
    caller.remote.company(tenant=ENTITY, **company)
    caller.add(row("56.00"), row("-56.00"))
    caller.remote.run_job()
    [error] = caller.ask(ERRORS).json()["data"]["glImportItemErrors"]["edges"]
    assert words in error["node"]["message"]
    caller.remote.company(tenant=ENTITY, open_from="2000-01-01", blocked_accounts=[], mandatory_objects={})
    caller.remote.run_job(again=True)
    assert caller.states() == [("R10000001", "posted")]


UPDATE = """mutation Attach($inputs: [UpdateGLImportItemsInput!]!) {
  updateGLImportItems(inputs: $inputs) { edges { clientId node { dbId yourReference invoiceFile { dbId url } } } } }"""


def attach(caller: Caller, row_id: str, **more: Any) -> dict[str, Any]:
    """As Xledger takes files: a part under the file's name, and the question under `content`."""
    inputs = [{"clientId": "x", "node": {"dbId": row_id, "invoiceFile": "r.pdf", **more}}]
    answer = caller.client.post(
        "/graphql",
        headers={"authorization": f"token {caller.token}"},
        files={
            "r.pdf": ("r.pdf", b"%PDF\r\n", "application/pdf"),
            "content": (None, json.dumps({"query": UPDATE, "variables": {"inputs": inputs}})),
        },
    )
    return dict(answer.json())


def test_a_file_is_put_on_a_staged_row_until_it_is_posted(caller: Caller) -> None:
    edges = caller.add(row("56.00"), row("-56.00"))["data"]["addGLImportItems"]["edges"]
    row_id = edges[0]["node"]["dbId"]
    [edge] = attach(caller, row_id, yourReference="1")["data"]["updateGLImportItems"]["edges"]
    assert edge["clientId"] == "x"
    assert edge["node"]["yourReference"] == "1"
    assert edge["node"]["invoiceFile"]["url"]
    [held] = caller.remote.vouchers(tenant=ENTITY)
    digest = hashlib.sha256(b"%PDF\r\n").hexdigest()
    assert held["files"] == [{"name": "r.pdf", "mediaType": "application/pdf", "sha256": digest}]
    caller.remote.run_job()
    assert "can not be changed" in attach(caller, row_id)["errors"][0]["message"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dbId": "1"}, "No value matching owner"),
        ({"invoiceFile": "other.pdf"}, "No file 'other.pdf'"),
        ({"owner": {"dbId": ENTITY}}, "owner"),
    ],
    ids=str,
)
def test_an_update_that_is_wrong_is_refused(caller: Caller, change: dict[str, Any], words: str) -> None:
    edges = caller.add(row("56.00"), row("-56.00"))["data"]["addGLImportItems"]["edges"]
    more = {"row_id": edges[0]["node"]["dbId"]} | {
        "row_id" if name == "dbId" else name: value for name, value in change.items()
    }
    assert words in attach(caller, **more)["errors"][0]["message"]
    assert caller.remote.vouchers(tenant=ENTITY)[0]["files"] == []


def test_who_asks_too_fast_or_splits_a_voucher_is_remembered(caller: Caller) -> None:
    caller.add(row("56.00"))
    caller.add(row("-56.00"))
    assert [one["limit"] for one in caller.remote.violations()] == ["one_voucher_one_mutation"]
    caller.remote.limits(burst=2)
    answers = [caller.ask("{ __typename }").json() for _time in range(3)]
    assert answers[2]["errors"][0]["code"] == "BAD_REQUEST.BURST_RATE_LIMIT_REACHED"
    assert [one["limit"] for one in caller.remote.violations()] == ["burst"]


def test_a_mutation_takes_five_hundred_rows_and_no_more(caller: Caller) -> None:
    rows = [row("1.00", text=str(number)) for number in range(501)]
    assert "at most 500" in caller.add(*rows)["errors"][0]["message"]
    assert "errors" not in caller.add(*rows[:500])


def test_what_is_not_in_the_schema_cannot_be_asked_for(caller: Caller) -> None:
    assert "Cannot query field 'foo'" in caller.ask("{ foo }").json()["errors"][0]["message"]
    caller.add(row("56.00", nonsense="1"))
    assert [one["limit"] for one in caller.remote.violations()] == ["schema", "schema"]


def test_the_page_shows_what_it_holds_and_escapes_it(caller: Caller) -> None:
    caller.add(row("56.00", invoiceNumber="<B>R1</B>"))
    page = caller.client.get("/").text
    assert "&lt;B&gt;R1&lt;/B&gt;" in page
    assert "<B>" not in page
