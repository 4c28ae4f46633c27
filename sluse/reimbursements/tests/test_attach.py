"""Receipts taken in: by what they are and not by their name, each once, never rewritten."""

import threading

import pytest
from django.db import DatabaseError, connections
from django.utils import timezone

from sluse.organizations.errors import ConflictError, NotFoundError, SluseError
from sluse.organizations.models import Organization, User
from sluse.reimbursements import attach, attachment_content, intake, present, withdraw
from sluse.reimbursements.models import Reimbursement
from sluse.sync.models import Attachment
from tests import scene

PDF, JPEG, PNG = b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def hlf(committed_database: None) -> Organization:
    hlf = scene.organization()
    intake.submit(organization=hlf, items=[scene.reimbursement("R-1")], now=timezone.now())
    return hlf


def bring(to: Organization, content: bytes, name: str = "kvittering.pdf") -> attach.Taken:
    return attach.attach(
        organization=to, external_id="R-1", original_name=name, content=content, now=timezone.now()
    )


def refusal(to: Organization, content: bytes, name: str = "kvittering.pdf") -> str:
    before = Attachment.objects.count()
    with pytest.raises(SluseError) as refused:
        bring(to, content, name)
    assert Attachment.objects.count() == before
    return refused.value.code


def test_its_own_first_bytes_say_what_it_is(hlf: Organization) -> None:
    taken = [bring(hlf, content, "photo.exe").attachment for content in (PDF, JPEG, PNG)]
    assert [one.media_type for one in taken] == ["application/pdf", "image/jpeg", "image/png"]
    assert [one.name for one in taken] == ["R-1-1.pdf", "R-1-2.jpg", "R-1-3.png"]
    assert {one.original_name for one in taken} == {"photo.exe"}
    assert [bytes(Attachment.objects.get(pk=one.pk).content) for one in taken] == [PDF, JPEG, PNG]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html><script>", "file_type_unsupported"),
        (b"\n<html>%PDF-1.7", "file_type_unsupported"),
        (b"PK\x03\x04", "file_type_unsupported"),
        (b"", "file_empty"),
        (PDF.ljust(attachment_content.FILE_BYTES_MAX + 1), "file_too_large"),
    ],
    ids=["page", "page that mentions PDF", "zip", "empty", "too large"],
)
def test_anything_else_is_refused_whatever_its_name(hlf: Organization, content: bytes, code: str) -> None:
    assert refusal(hlf, content) == code


def test_the_largest_is_ten_megabytes(hlf: Organization) -> None:
    assert bring(hlf, PDF.ljust(10 * 1024 * 1024)).attachment.size_bytes == 10 * 1024 * 1024


def test_a_national_identity_number_in_a_name_is_refused(hlf: Organization) -> None:
    assert refusal(hlf, PDF, "01010750160.pdf") == "national_identity_number"


def test_the_same_file_again_changes_nothing(hlf: Organization) -> None:
    first, again = bring(hlf, PDF), bring(hlf, PDF, "other name.pdf")
    assert (first.is_new, again.is_new) == (True, False)
    assert first.attachment.pk == again.attachment.pk
    assert Attachment.objects.count() == 1


def test_ten_and_not_one_more(hlf: Organization) -> None:
    for number in range(attach.FILES_MAX):
        bring(hlf, PDF + bytes([number]))
    assert refusal(hlf, JPEG) == "too_many_files"
    assert not bring(hlf, PDF + b"\x00").is_new


def test_several_at_the_same_moment_each_get_a_number_of_their_own(hlf: Organization) -> None:
    def one(content: bytes) -> None:
        try:
            bring(hlf, content)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(PDF + bytes([number // 2]),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Attachment.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_before_or_after_the_approval_it_belongs_to_the_same_posting(hlf: Organization) -> None:
    bring(hlf, PDF)
    assert Attachment.objects.get().posting is None
    scene.approve_one(hlf, "R-1", timezone.now())
    bring(hlf, JPEG)
    assert set(Attachment.objects.values_list("posting__external_id", flat=True)) == {"R-1"}


def test_what_was_withdrawn_takes_none(hlf: Organization) -> None:
    kari: User = scene.administrator(hlf)
    withdraw.withdraw(organization=hlf, external_id="R-1", actor=scene.actor(kari), now=timezone.now())
    with pytest.raises(ConflictError) as refused:
        bring(hlf, PDF)
    assert refused.value.code == "withdrawn"


def test_another_organizations_reimbursement_is_not_found(hlf: Organization) -> None:
    other = scene.organization("nbf", "Norges Blindeforbund")
    with pytest.raises(NotFoundError):
        bring(other, PDF)
    intake.submit(organization=other, items=[scene.reimbursement("R-1")], now=timezone.now())
    bring(hlf, PDF)
    for taken in (bring(other, PDF), bring(other, JPEG)):
        assert taken.is_new
    row = Reimbursement.objects.get(organization=hlf)
    assert [one["name"] for one in present.as_json(row)["attachments"]] == ["R-1-1.pdf"]


def test_the_database_refuses_to_rewrite_a_receipt(hlf: Organization) -> None:
    bring(hlf, PDF)
    for changes in ({"content": JPEG}, {"name": "x.pdf"}, {"sha256": "0" * 64}, {"external_id": "R-2"}):
        with pytest.raises(DatabaseError, match="not rewritten"):
            Attachment.objects.update(**changes)
    scene.approve_one(hlf, "R-1", timezone.now())
    with pytest.raises(DatabaseError, match="not rewritten"):
        Attachment.objects.update(posting=None)


def test_a_name_of_ours_is_safe_in_every_file_system() -> None:
    name = attachment_content.file_name(external_id="app:2026~7", number=10, media_type="image/png")
    assert name == "app-2026-7-10.png"
