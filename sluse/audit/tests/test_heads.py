"""What was told outside the database proves what the database's owner did to the log."""

import threading

import pytest
from django.db import connections, transaction
from django.utils import timezone, translation

from sluse.audit import heads, record, verify
from sluse.audit.actor import Actor
from sluse.audit.heads import Head
from sluse.audit.models import Chain, Entry
from sluse.audit.tests.test_log import tamper, write
from tests.database import Server

KARI = Actor(id="kari", name="Kari Nordmann")
WRITERS, ROUNDS, ORGANIZATIONS = 16, 12, 3
SLUGS = {1: "hlf", 2: "turlaget", 3: "blindeforbundet"}
TAIL_CUT = "DELETE FROM audit_entry WHERE sequence > 3"
END_TAKEN_BACK = """
UPDATE audit_chain SET sequence = 3, hash = (SELECT hash FROM audit_entry WHERE sequence = 3 AND organization_id = 1)
"""


@pytest.fixture
def published(committed_database: None) -> list[Head]:
    for number in range(5):
        write(reason=f"reason {number}")
    return heads.current(slugs=SLUGS)


def test_a_head_is_the_last_row_of_each_organization_that_has_any(published: list[Head]) -> None:
    write(2)
    assert [(head.organization_slug, head.sequence) for head in heads.current(slugs=SLUGS)] == [
        ("hlf", 5),
        ("turlaget", 1),
    ]
    assert published[0].hash == Entry.objects.get(organization_id=1, sequence=5).hash
    assert heads.current(slugs={3: "blindeforbundet"}) == []


def test_a_head_survives_the_mail_it_is_sent_in(published: list[Head]) -> None:
    mail = ["Dear Grete,", "", f"> {published[0]}\r\n", "hlf 5 not-a-hash", "Sluse"]
    assert heads.read(mail) == published


def test_the_number_of_a_metric_holds_as_many_digits_as_a_float_can() -> None:
    head = Head(organization_slug="hlf", sequence=1, hash="f" * 64)
    assert float(head.hash_as_number) == head.hash_as_number == 16**13 - 1


def test_a_tail_that_was_cut_off_is_missed(published: list[Head], database_server: Server) -> None:
    tamper(database_server, TAIL_CUT)
    assert verify.verify(organization_id=1).first_broken == 4


def test_a_tail_cut_off_together_with_the_end_is_proved_by_the_published_head_alone(
    published: list[Head], database_server: Server
) -> None:
    tamper(database_server, TAIL_CUT)
    tamper(database_server, END_TAKEN_BACK)
    assert verify.verify(organization_id=1).ok, "the database alone cannot know"
    with translation.override("en"):
        found = verify.verify(organization_id=1, heads=published)
        assert (found.ok, found.first_broken, found.reason) == (False, 4, "Row 4 is missing.")


def test_a_chain_rewritten_from_the_middle_is_proved_by_the_published_head_alone(
    published: list[Head], database_server: Server
) -> None:
    tamper(database_server, TAIL_CUT)
    tamper(database_server, END_TAKEN_BACK)
    for _row in range(4):
        write(reason="another story")
    assert verify.verify(organization_id=1).ok
    assert verify.verify(organization_id=1, heads=published).first_broken == 5


def test_a_row_slipped_in_behind_the_end_is_named(published: list[Head], database_server: Server) -> None:
    before = Chain.objects.get(organization_id=1)
    write(reason="forged")
    Chain.objects.filter(organization_id=1).update(sequence=before.sequence, hash=before.hash)
    assert verify.verify(organization_id=1).first_broken == 6


def test_an_untouched_chain_still_holds_every_head_ever_published(published: list[Head]) -> None:
    for _row in range(3):
        write()
    assert verify.verify(organization_id=1, heads=[*published, *heads.current(slugs={1: "hlf"})]) == (
        verify.Verification(ok=True, entries=8)
    )


def test_no_chain_forks_while_many_write_roll_back_and_verify_at_once(committed_database: None) -> None:
    """Over real connections, one each: every third transaction is rolled back, and verifiers read all the time."""
    broken: list[verify.Verification] = []
    begin, done = threading.Barrier(WRITERS + 2), threading.Event()
    workers = [
        threading.Thread(target=_write_much, args=(begin, number % ORGANIZATIONS + 1))
        for number in range(WRITERS)
    ]
    verifiers = [threading.Thread(target=_verify_much, args=(begin, done, broken)) for _number in range(2)]
    for thread in [*workers, *verifiers]:
        thread.start()
    for thread in workers:
        thread.join()
    done.set()
    for thread in verifiers:
        thread.join()
    assert broken == []
    kept = [verify.verify(organization_id=number + 1) for number in range(ORGANIZATIONS)]
    assert all(found.ok for found in kept)
    assert sum(found.entries for found in kept) == WRITERS * (ROUNDS - ROUNDS // 3) * 2


def _write_much(begin: threading.Barrier, organization_id: int) -> None:
    begin.wait()
    try:
        for turn in range(ROUNDS):
            with transaction.atomic():
                record.record_all([_entry(organization_id), _entry(organization_id)])
                transaction.set_rollback(turn % 3 == 2)
    finally:
        connections.close_all()


def _entry(organization_id: int) -> record.NewEntry:
    return record.NewEntry(
        organization_id=organization_id,
        organization_slug=SLUGS[organization_id],
        type="settings",
        actor=KARI,
        at=timezone.now(),
    )


def _verify_much(begin: threading.Barrier, done: threading.Event, broken: list[verify.Verification]) -> None:
    begin.wait()
    try:
        while not done.is_set():
            found = [verify.verify(organization_id=number + 1) for number in range(ORGANIZATIONS)]
            broken.extend(one for one in found if not one.ok)
    finally:
        connections.close_all()
