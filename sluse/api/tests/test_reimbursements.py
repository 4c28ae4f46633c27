"""Reimbursements over HTTP: one and many, approved, withdrawn, listed page by page."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from sluse.api.tests import items
from sluse.api.tests.conftest import Caller
from sluse.organizations.models import Organization, User
from sluse.reimbursements.models import Reimbursement
from sluse.sync.models import Posting, State
from tests import people

PATH = "organizations/hlf/reimbursements"


def pages(caller: Caller, path: str) -> Iterator[list[dict[str, Any]]]:
    """As a program reads a listing to its end."""
    cursor: str | None = ""
    for _page in range(50):
        content = caller("GET", f"{path}&cursor={cursor}").json()
        yield content["items"]
        cursor = content["next_cursor"]
        if cursor is None:
            return
    raise AssertionError("The listing has no end.")


def test_one_is_created_once_and_given_back_whole(as_kari: Caller) -> None:
    item = items.reimbursement()

    first, again = as_kari("POST", PATH, item), as_kari("POST", PATH, item)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == as_kari("GET", f"{PATH}/R-1").json()
    assert Reimbursement.objects.count() == 1
    told = first.json()
    assert {name: told[name] for name in ("external_id", "claimant", "total", "cost_centre", "project")} == {
        name: item[name] for name in ("external_id", "claimant", "total", "cost_centre", "project")
    }
    assert [line["amount"] for line in told["lines"]] == ["155.00", "155.00"]
    assert told["lines"][0]["quantity"] == "31"
    assert (told["status"], told["version"], told["posting_id"]) == ("submitted", 1, None)


def test_other_content_under_the_same_id_is_refused(as_kari: Caller) -> None:
    as_kari("POST", PATH, items.reimbursement())

    answer = as_kari("POST", PATH, items.reimbursement(project="9999"))

    assert answer.status_code == 409
    assert answer.json()["code"] == "content_differs"
    assert as_kari("GET", f"{PATH}/R-1").json()["project"] == "4201"


@pytest.mark.parametrize("amount", [155, 155.0, "155", "155.5", "1.55e2", "-155.00"])
def test_money_is_text_with_two_decimals_or_nothing(as_kari: Caller, amount: object) -> None:
    item = items.reimbursement()
    item["lines"][0] = item["lines"][0] | {"amount": amount}

    assert as_kari("POST", PATH, item).status_code == 422
    assert not Reimbursement.objects.exists()


def test_many_are_answered_item_by_item(as_kari: Caller) -> None:
    as_kari("POST", PATH, items.reimbursement("R-1"))
    sent = [
        items.reimbursement("R-1"),
        items.reimbursement("R-2"),
        items.reimbursement("R-3", total="1.00"),
        items.reimbursement("R-1", project="9999"),
        "nothing like it",
    ]

    answer = as_kari("POST", PATH, sent)

    assert answer.status_code == 207
    told = answer.json()
    assert [item["status"] for item in told] == [200, 201, 422, 409, 422]
    assert [item["external_id"] for item in told] == ["R-1", "R-2", "R-3", "R-1", None]
    assert told[1]["reimbursement"]["external_id"] == "R-2"
    assert told[1]["problem"] is None
    assert told[2]["problem"]["errors"][0]["code"] == "sum_differs"
    assert told[3]["problem"]["code"] == "content_differs"
    assert set(Reimbursement.objects.values_list("external_id", flat=True)) == {"R-1", "R-2"}


def test_a_thousand_at_once_and_not_one_more(as_kari: Caller, django_assert_max_num_queries: Any) -> None:
    thousand = [items.reimbursement(f"R-{number}") for number in range(1_000)]

    with django_assert_max_num_queries(30):
        answer = as_kari("POST", PATH, thousand)

    assert answer.status_code == 207
    assert {item["status"] for item in answer.json()} == {201}
    assert Reimbursement.objects.count() == 1_000
    more = as_kari("POST", PATH, [*thousand, items.reimbursement("R-1000")])
    assert (more.status_code, more.json()["code"]) == (422, "too_many")
    assert Reimbursement.objects.count() == 1_000


def test_an_approval_makes_one_posting_however_often_it_is_told(as_kari: Caller) -> None:
    as_kari("POST", PATH, items.reimbursement())

    first = as_kari("POST", f"{PATH}/R-1/approve", items.approval())
    again = as_kari("POST", f"{PATH}/R-1/approve", items.approval(approved_by="other@hlf.example"))

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["status"] == "approved"
    assert again.json()["approved_by"] == "leader@hlf.example"
    posting = Posting.objects.get()
    assert first.json()["posting_id"] == again.json()["posting_id"] == str(posting.pk)
    assert (posting.state, posting.held) == (State.PENDING, True)


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ({"approved_by": "V00001"}, "approved_by"),
        ({"approved_by": ""}, "approved_by"),
        ({"approved_at": "2026-11-05T10:00:00"}, "approved_at"),
        ({"approved_at": 5}, "approved_at"),
    ],
)
def test_an_approval_that_says_too_little(as_kari: Caller, told: dict[str, Any], path: str) -> None:
    as_kari("POST", PATH, items.reimbursement())

    answer = as_kari("POST", f"{PATH}/R-1/approve", items.approval(**told))

    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == [path]
    assert not Posting.objects.exists()


@pytest.mark.parametrize("body", [[], "x", None])
def test_an_approval_is_an_object(as_kari: Caller, body: object) -> None:
    as_kari("POST", PATH, items.reimbursement())

    assert as_kari("POST", f"{PATH}/R-1/approve", body).status_code in {400, 422}


def test_it_is_withdrawn_until_it_was_sent(as_kari: Caller, hlf: Organization, now: datetime) -> None:
    people.approve_some(hlf, 2, now)
    Posting.objects.filter(external_id="R-1").update(
        state=State.POSTED, held=False, voucher={}, posted_at=now, erp_id="7"
    )

    withdrawn, again = as_kari("POST", f"{PATH}/R-0/withdraw"), as_kari("POST", f"{PATH}/R-0/withdraw")
    sent = as_kari("POST", f"{PATH}/R-1/withdraw")

    assert withdrawn.json()["status"] == again.json()["status"] == "withdrawn"
    assert (sent.status_code, sent.json()["code"]) == (409, "already_sent")
    assert as_kari("POST", f"{PATH}/R-0/approve", items.approval()).json()["code"] == "withdrawn"


def test_the_listing_is_read_to_its_end_without_gap_or_repetition(
    as_kari: Caller, hlf: Organization, kari: User, now: datetime
) -> None:
    """All but the last two were told at the very same moment, and more come while somebody reads."""
    people.approve_some(hlf, 7, now)
    as_kari("POST", PATH, [items.reimbursement("N-1"), items.reimbursement("N-2")])

    seen = []
    for page in pages(as_kari, f"{PATH}?limit=2"):
        assert len(page) <= 2
        seen += [item["external_id"] for item in page]
        as_kari("POST", PATH, items.reimbursement(f"late-{len(seen)}"))

    assert sorted(seen) == sorted(["N-1", "N-2", *[f"R-{number}" for number in range(7)]])
    assert set(seen[:2]) == {"N-1", "N-2"}


def test_the_listing_filters(as_kari: Caller, hlf: Organization, now: datetime) -> None:
    people.approve_some(hlf, 1, now)
    as_kari("POST", PATH, items.reimbursement("N-1"))

    def listed(query: str) -> list[str]:
        return [item["external_id"] for item in as_kari("GET", f"{PATH}?{query}").json()["items"]]

    assert listed("status=approved") == ["R-0"]
    assert listed("status=submitted") == ["N-1"]
    assert listed("status=") == ["N-1", "R-0"]


def test_a_cursor_is_of_one_listing(as_kari: Caller, hlf: Organization, now: datetime) -> None:
    people.approve_some(hlf, 3, now)
    cursor = as_kari("GET", "organizations/hlf/sync-log?limit=1").json()["next_cursor"]
    assert cursor is None or as_kari("GET", f"{PATH}?cursor={cursor}").status_code == 422
