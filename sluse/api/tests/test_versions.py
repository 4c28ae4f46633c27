"""Correcting over the API: new content, the same id, one version more."""

from django.utils import timezone

from sluse.api.tests import items
from sluse.api.tests.conftest import Caller
from sluse.sync.models import Posting

R1 = "organizations/hlf/reimbursements/R-1"
APPROVAL = items.approval()


def corrected() -> dict[str, object]:
    content = items.reimbursement(total="155.00", lines=items.reimbursement()["lines"][:1])
    return {name: value for name, value in content.items() if name != "external_id"}


def submitted(as_kari: Caller) -> None:
    assert as_kari("POST", "organizations/hlf/reimbursements", items.reimbursement()).status_code == 201


def test_a_correction_is_a_new_version_and_the_same_again_is_not(as_kari: Caller) -> None:
    submitted(as_kari)
    as_kari("POST", f"{R1}/approve", APPROVAL)
    first = as_kari("POST", f"{R1}/versions", corrected())
    assert (first.status_code, first.json()["version"], first.json()["status"]) == (201, 2, "submitted")
    again = as_kari("POST", f"{R1}/versions", corrected() | {"external_id": "R-1"})
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    versions = as_kari("GET", f"{R1}/versions").json()["items"]
    assert [(one["version"], one["total"]) for one in versions] == [(2, "155.00"), (1, "310.00")]


def test_a_posted_one_gets_a_reversal_that_the_new_one_follows(as_kari: Caller) -> None:
    submitted(as_kari)
    posting_id = as_kari("POST", f"{R1}/approve", APPROVAL).json()["posting_id"]
    Posting.objects.filter(pk=posting_id).update(
        state="posted", voucher={"lines": []}, held=False, erp_id="1", posted_at=timezone.now()
    )
    refused = as_kari("POST", f"{R1}/withdraw")
    assert (refused.status_code, refused.json()["code"]) == (409, "already_sent")
    assert "R-1/versions" in refused.json()["detail"]
    as_kari("POST", f"{R1}/versions", corrected())
    answer = as_kari("POST", f"{R1}/approve", items.approval()).json()
    shown = {one["id"]: one for one in as_kari("GET", "organizations/hlf/postings").json()["items"]}
    new = shown[answer["posting_id"]]
    reversal = shown[new["follows"]]
    assert (new["version"], new["total"], new["reason"]["code"]) == (2, "155.00", "waits_for_earlier")
    facts = [reversal[name] for name in ("version", "is_reversal", "total", "follows", "reason")]
    assert facts == [1, True, "-310.00", posting_id, None]


def test_another_id_in_the_body_and_wrong_fields_are_refused(as_kari: Caller) -> None:
    submitted(as_kari)
    other = as_kari("POST", f"{R1}/versions", corrected() | {"external_id": "R-2"})
    assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "id_differs")
    wrong = as_kari("POST", f"{R1}/versions", corrected() | {"total": "1.00"})
    assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (422, "total")
    assert as_kari("POST", "organizations/hlf/reimbursements/R-9/versions", corrected()).status_code == 404


def test_a_version_that_nobody_approved_makes_way_at_once(as_kari: Caller) -> None:
    submitted(as_kari)
    as_kari("POST", f"{R1}/versions", corrected())
    versions = as_kari("GET", f"{R1}/versions").json()["items"]
    assert [one["status"] for one in versions] == ["submitted", "withdrawn"]
