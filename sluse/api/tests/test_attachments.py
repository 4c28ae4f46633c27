"""Receipts over HTTP: one by one, given back byte for byte, and nothing that a browser could run."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sluse.api.tests import items
from sluse.api.tests.conftest import Caller, Token
from sluse.organizations.models import User
from sluse.reimbursements import attachment_content
from sluse.sync.models import Attachment

R1 = "/api/v1/organizations/hlf/reimbursements/R-1"
PATH = f"{R1}/attachments"
PDF = b"%PDF-1.7\r\n" + bytes(range(256))


@pytest.fixture(autouse=True)
def told(as_kari: Caller) -> None:
    as_kari("POST", "organizations/hlf/reimbursements", items.reimbursement())


def send(caller: Caller, content: bytes = PDF, name: str = "Kvittering.pdf", path: str = PATH) -> Any:
    return caller.client.post(path, {"file": SimpleUploadedFile(name, content)})


def test_one_is_taken_in_once_shown_and_given_back_byte_for_byte(as_kari: Caller) -> None:
    first, again = send(as_kari), send(as_kari)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    told = first.json()
    assert (told["name"], told["original_name"], told["size"]) == ("R-1-1.pdf", "Kvittering.pdf", len(PDF))
    assert as_kari("GET", PATH).json() == {"items": [told], "next_cursor": None}
    assert as_kari("GET", R1).json()["attachments"] == [told]
    [listed] = as_kari("GET", "organizations/hlf/reimbursements").json()["items"]
    assert listed["attachments"] == [told]

    file = as_kari("GET", f"{PATH}/{told['id']}")

    assert file.content == PDF
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"] == 'attachment; filename="R-1-1.pdf"'
    assert file["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in file["Content-Security-Policy"]
    assert file["Cache-Control"] == "no-store"


def test_a_page_that_calls_itself_a_pdf_is_refused(as_kari: Caller) -> None:
    answer = send(as_kari, b"<!doctype html><script>", "kvittering.pdf")
    assert (answer.status_code, answer.json()["code"]) == (422, "file_type_unsupported")
    assert answer["Content-Type"] == "application/problem+json"
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("extra", [1, 200_000])
def test_more_than_ten_megabytes_are_refused_before_or_after_they_were_read(
    as_kari: Caller, extra: int
) -> None:
    answer = send(as_kari, PDF.ljust(attachment_content.FILE_BYTES_MAX + extra))
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert not Attachment.objects.exists()


def test_one_file_a_call_and_nothing_else(as_kari: Caller) -> None:
    files = [SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.pdf", PDF + b"b")]
    for form in ({"file": files}, {"other": files[0]}, {"file": files[0], "text": "x"}, {}):
        answer = as_kari.client.post(PATH, form)
        assert (answer.status_code, answer.json()["code"]) == (422, "file_missing")
    assert as_kari("POST", PATH, {"file": "JVBERi0="}).json()["code"] == "file_missing"
    broken = as_kari.client.post(PATH, b"--x", content_type="multipart/form-data; boundary=")
    assert (broken.status_code, broken.json()["code"]) == (400, "malformed")
    assert not Attachment.objects.exists()


def test_another_organization_finds_nothing(as_kari: Caller, ola: User, token: Token) -> None:
    sent = send(as_kari).json()
    as_ola = token(ola)
    elsewhere = "/api/v1/organizations/turlaget/reimbursements/R-1/attachments"
    assert send(as_ola).status_code == send(as_ola, path=elsewhere).status_code == 404
    for address in (PATH, f"{PATH}/{sent['id']}", elsewhere, f"{elsewhere}/{sent['id']}"):
        assert as_ola("GET", address).status_code == 404
    as_kari("POST", "organizations/hlf/reimbursements", items.reimbursement("R-2"))
    assert as_kari("GET", f"{PATH.replace('R-1', 'R-2')}/{sent['id']}").status_code == 404


def test_a_posting_says_how_far_each_has_come(as_kari: Caller) -> None:
    sent = send(as_kari).json()
    approved = as_kari("POST", f"{R1}/approve", items.approval()).json()
    told = [{"id": sent["id"], "name": "R-1-1.pdf", "state": "waiting", "reason": None, "next_try_at": None}]
    assert as_kari("GET", "organizations/hlf/postings").json()["items"][0]["attachments"] == told
    one = as_kari("GET", f"organizations/hlf/postings/{approved['posting_id']}").json()
    assert one["attachments"] == told


def test_a_listing_costs_no_more_with_many_receipts(
    as_kari: Caller, django_assert_max_num_queries: Any
) -> None:
    for number in range(2, 8):
        external_id = f"R-{number}"
        as_kari("POST", "organizations/hlf/reimbursements", items.reimbursement(external_id))
        send(as_kari, path=PATH.replace("R-1", external_id))
        as_kari("POST", f"organizations/hlf/reimbursements/{external_id}/approve", items.approval())
    with django_assert_max_num_queries(12) as asked:
        as_kari("GET", "organizations/hlf/reimbursements")
        as_kari("GET", "organizations/hlf/postings")
    assert not any('"content"' in query["sql"] for query in asked.captured_queries)
