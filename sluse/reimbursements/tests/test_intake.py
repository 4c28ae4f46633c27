"""What source systems tell: once, whole, to the øre, and never rewritten."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections
from django.utils import timezone

from sluse.organizations.errors import ConflictError, InvalidError, NotFoundError
from sluse.organizations.models import Organization, User
from sluse.reimbursements import approve, intake, withdraw
from sluse.reimbursements.models import Line, Reimbursement
from sluse.sync.models import Posting
from tests import scene


@pytest.fixture
def hlf(committed_database: None) -> Organization:
    return scene.organization()


@pytest.fixture
def kari(hlf: Organization) -> User:
    return scene.administrator(hlf)


def submit(of: Organization, *items: Any) -> list[intake.Submitted]:
    return intake.submit(organization=of, items=items, now=timezone.now())


def wrong(of: Organization, **changes: Any) -> list[tuple[str, str]]:
    [answer] = submit(of, scene.reimbursement("R-1") | changes)
    assert answer.status == 422
    assert answer.error is not None
    assert not Reimbursement.objects.exists()
    return [(error.path, error.code) for error in answer.error.errors]


def test_the_same_again_is_fine_and_other_content_is_refused(hlf: Organization) -> None:
    assert [answer.status for answer in submit(hlf, scene.reimbursement("R-1"))] == [201]
    assert [answer.status for answer in submit(hlf, scene.reimbursement("R-1"))] == [200]
    [answer] = submit(hlf, scene.reimbursement("R-1", amount="311.00"))
    assert answer.status == 409
    assert answer.error is not None
    assert answer.error.code == "content_differs"
    assert Reimbursement.objects.get().total_ore == 31_000


def test_many_are_answered_one_by_one(hlf: Organization) -> None:
    items: list[Any] = [scene.reimbursement(f"R-{number}") for number in range(1_000)]
    items[1], items[2], items[3] = items[0], items[0] | {"total": "1.00"}, "nonsense"
    statuses = [answer.status for answer in submit(hlf, *items)]
    assert statuses == [201, 200, 422, 422, *[201] * 996]
    assert Reimbursement.objects.count() == 997
    assert Line.objects.count() == 2 * 997
    with pytest.raises(InvalidError):
        submit(hlf, *items, scene.reimbursement("R-1000"))


def test_each_wrong_field_is_named(hlf: Organization) -> None:
    bad_line = {
        "expense_type": "Toll",
        "date": "3.11.2026",
        "amount": 56.0,
        "text": "x\ny",
        "unit": "kilometres",
    }
    paths = wrong(hlf, external_id="a/b", currency="SEK", lines=[bad_line], surprise=1)
    assert paths == [
        ("surprise", "unknown_field"),
        ("external_id", "form"),
        ("currency", "currency_unsupported"),
        ("lines[0].expense_type", "form"),
        ("lines[0].date", "date_form"),
        ("lines[0].amount", "amount_form"),
        ("lines[0].text", "text_form"),
    ]


@pytest.mark.parametrize(
    "total", ["310", "310.0", "310.000", "-310.00", "0.00", " 310.00", "3e2", 310.0, None]
)
def test_amounts_are_text_with_two_decimals_and_more_than_zero(hlf: Organization, total: object) -> None:
    assert wrong(hlf, total=total)[0][0] == "total"


def test_the_lines_must_add_up(hlf: Organization) -> None:
    assert wrong(hlf, total="310.01") == [("total", "sum_differs")]


def test_a_national_identity_number_is_refused_wherever_it_stands(hlf: Organization) -> None:
    claimant = {"number": "V00001", "name": "Ola 01010750160"}
    assert wrong(hlf, claimant=claimant) == [("claimant.name", "national_identity_number")]


def test_two_at_the_same_moment_make_one(hlf: Organization) -> None:
    answers: list[int] = []

    def bring() -> None:
        try:
            answers.extend(answer.status for answer in submit(hlf, scene.reimbursement("R-1")))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=bring) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 200, 200, 200, 200, 201]
    assert Line.objects.count() == 2


def test_approving_twice_makes_one_posting(hlf: Organization) -> None:
    submit(hlf, scene.reimbursement("R-1"))
    for _time in range(2):
        scene.approve_one(hlf, "R-1", timezone.now())
    assert Posting.objects.count() == 1


@pytest.mark.parametrize("approver", ["V00001", "v00001", "Ola Frivillig", " ola frivillig "])
def test_nobody_approves_their_own(hlf: Organization, approver: str) -> None:
    submit(hlf, scene.reimbursement("R-1"))
    now = timezone.now()
    with pytest.raises(InvalidError) as refusal:
        approve.approve(organization=hlf, external_id="R-1", approved_by=approver, approved_at=now, now=now)
    assert refusal.value.code == "self_approval"
    assert not Posting.objects.exists()


@pytest.mark.parametrize("when", ["2026-11-05", "2026-11-05T10:00:00", "yesterday", None, 5])
def test_an_approval_says_when_with_its_offset(hlf: Organization, when: object) -> None:
    submit(hlf, scene.reimbursement("R-1"))
    with pytest.raises(InvalidError):
        approve.approve(
            organization=hlf, external_id="R-1", approved_by="x", approved_at=when, now=timezone.now()
        )


def test_an_approval_from_the_future_is_refused(hlf: Organization) -> None:
    submit(hlf, scene.reimbursement("R-1"))
    now = timezone.now()
    later = now + timedelta(days=2)
    with pytest.raises(InvalidError):
        approve.approve(organization=hlf, external_id="R-1", approved_by="x", approved_at=later, now=now)


def test_withdrawing_before_anything_was_sent(hlf: Organization, kari: User) -> None:
    scene.approve_many(hlf, ["R-1"])
    actor = scene.actor(kari)
    for _time in range(2):
        row = withdraw.withdraw(organization=hlf, external_id="R-1", actor=actor, now=timezone.now())
    assert row.status == "withdrawn"
    assert scene.states(hlf) == {"withdrawn": 1}
    assert len(scene.log(hlf, "withdrawal")) == 1
    with pytest.raises(ConflictError):
        scene.approve_one(hlf, "R-1", timezone.now())


def test_withdrawing_is_refused_once_it_may_have_been_sent(hlf: Organization, kari: User) -> None:
    [posting] = scene.approve_many(hlf, ["R-1"])
    Posting.objects.filter(pk=posting.pk).update(
        state="unknown", voucher={}, held=False, next_try_at=timezone.now()
    )
    with pytest.raises(ConflictError) as refusal:
        withdraw.withdraw(organization=hlf, external_id="R-1", actor=scene.actor(kari), now=timezone.now())
    assert refusal.value.code == "already_sent"


def test_another_organizations_reimbursement_is_not_found(hlf: Organization, kari: User) -> None:
    submit(hlf, scene.reimbursement("R-1"))
    other = scene.organization("nbf", "Norges Blindeforbund")
    with pytest.raises(NotFoundError):
        scene.approve_one(other, "R-1", timezone.now())
    assert [answer.status for answer in submit(other, scene.reimbursement("R-1"))] == [201]


def test_the_database_refuses_to_rewrite_what_was_told(hlf: Organization) -> None:
    scene.approve_many(hlf, ["R-1"])
    for changes in ({"total_ore": 1}, {"claimant_number": "V2"}, {"approved_by": "somebody else"}):
        with pytest.raises(DatabaseError, match="not rewritten"):
            Reimbursement.objects.update(**changes)
    with pytest.raises(DatabaseError, match="not rewritten"):
        Line.objects.update(amount_ore=1)
