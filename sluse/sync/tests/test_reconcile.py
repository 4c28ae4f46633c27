"""Our postings against a real ledger over HTTP: every way in which the two sides can differ, and a restore in the middle."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from sluse.gate import restored
from sluse.gate.models import Switch
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization, User
from sluse.sandbox.remote import Remote
from sluse.sync import (
    doubt,
    holding,
    incarnation,
    news,
    nightly,
    queue,
    reconcile,
    reconciliation_export,
    restore,
    settling,
    switching,
)
from sluse.sync.models import Attempt, Difference, Posting, Reconciliation, State
from sluse.vouchers.document import Document
from tests import scene

Outcome = Reconciliation.Outcome


@pytest.fixture
def sent(hlf: Organization, kari: User, tenant: str, settings: Settings) -> Organization:
    """Three vouchers, posted."""
    settings.QUARANTINE_SECONDS = 0
    scene.enable(hlf, kari)
    scene.approve_many(hlf, ["R-1", "R-2", "R-3"])
    scene.work(hlf)
    assert scene.states(hlf) == {"posted": 3}
    return hlf


def compare(of: Organization, person: User) -> Reconciliation:
    return reconcile.now_for(organization=of, actor=scene.actor(person), now=timezone.now())


def kinds(row: Reconciliation) -> list[tuple[str, str]]:
    rows = row.differences.select_related("posting").order_by("kind", "reference")
    return [(one.kind, one.posting.external_id if one.posting else "") for one in rows]


def forget(external_id: str) -> None:
    """As a backup made before it was told."""
    posting = Posting.objects.get(external_id=external_id)
    Attempt.objects.filter(posting=posting).delete()
    posting.delete()


def make_pending(external_id: str) -> None:
    """As a backup made before it was sent."""
    Attempt.objects.filter(posting__external_id=external_id).delete()
    Posting.objects.filter(external_id=external_id).update(
        state="pending", voucher=None, voucher_hash="", erp_id="", voucher_number="", posted_at=None, run=None
    )
    Posting.objects.filter(external_id=external_id).update(attempts=0, number=None)


def test_two_sides_that_say_the_same_are_equal_to_the_ore(sent: Organization, kari: User) -> None:
    row = compare(sent, kari)
    assert (row.outcome, row.ours, row.theirs) == (Outcome.EQUAL, 3, 3)
    assert row.ours_ore == row.theirs_ore == 3 * 31_000
    [entry] = scene.log(sent, "reconciliation")
    assert (entry.new_state, entry.actor_name) == ("equal", "Kari Nordmann")
    assert mail.outbox == []


def test_everything_that_differs_is_named_both_ways(sent: Organization, kari: User) -> None:
    forget("R-1")
    Posting.objects.filter(external_id="R-2").update(total_ore=31_001)
    Posting.objects.filter(external_id="R-3").update(reference="RAAAAAAAAAAAAAAAA")
    row = compare(sent, kari)
    assert row.outcome == Outcome.DIFFERENT
    assert kinds(row) == [
        ("amount_differs", "R-2"),
        ("missing_there", "R-3"),
        ("unknown_here", ""),
        ("unknown_here", ""),
    ]
    amounts = Difference.objects.get(kind="amount_differs")
    assert (amounts.our_ore, amounts.their_ore) == (31_001, 31_000)
    news.tell(now=timezone.now())
    [letter] = mail.outbox
    assert letter.to == ["kari@hlf.example"]
    lines = "".join(reconciliation_export.csv_lines(row)).splitlines()
    assert lines[1].startswith("amount_differs;")
    assert "310.01" in lines[1]
    assert len(lines) == 5


def test_what_was_refused_and_booked_there_by_hand_is_not_missed(sent: Organization, kari: User) -> None:
    """It bears a number of the accounting system's own and no reference of ours, so no alarm may come of it each night."""
    scene.submit_and_approve(sent, scene.reimbursement("R-4", claimant="V99999"))
    scene.work(sent)
    refused = Posting.objects.get(external_id="R-4")
    assert refused.state == State.FAILED
    settling.book_by_hand(
        organization=sent,
        posting_id=refused.pk,
        voucher_number="104022",
        reason="The vendor was missing",
        actor=scene.actor(kari),
        now=timezone.now(),
    )
    row = compare(sent, kari)
    assert (row.outcome, kinds(row), row.ours) == (Outcome.EQUAL, [], 3)


def test_what_is_there_and_waits_here_is_a_difference_of_state(sent: Organization, kari: User) -> None:
    make_pending("R-1")
    assert kinds(compare(sent, kari)) == [("state_differs", "R-1")]


def test_what_moves_while_the_other_side_is_read_is_left_for_another_night(
    sent: Organization, kari: User
) -> None:
    question = reconcile.ask(
        organization=sent,
        trigger=Reconciliation.Trigger.MANUAL,
        actor=scene.actor(kari),
        now=timezone.now(),
    )
    reading = asyncio.run(reconcile._read(question.connector, question.since))
    scene.approve_many(sent, ["R-4"])
    scene.work(sent)
    assert reconcile._write_down(question, reading).outcome == Outcome.EQUAL


def test_an_accounting_system_that_cannot_be_read_says_nothing(
    sent: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    erp.fault(kind="html", tenant=tenant, path="purchaseInvoices", count=10)
    row = compare(sent, kari)
    assert (row.outcome, row.differences.count()) == (Outcome.FAILED, 0)
    assert row.error


def test_a_comparison_changes_nothing_there(sent: Organization, kari: User, tenant: str, erp: Remote) -> None:
    before = len(erp.requests(tenant=tenant, changes_only=True))
    compare(sent, kari)
    assert len(erp.requests(tenant=tenant, changes_only=True)) == before


def test_at_night_only_whoever_is_on_and_only_once(sent: Organization, kari: User) -> None:
    night = datetime(2026, 12, 1, 5, 30, tzinfo=UTC)
    assert nightly.due(now=night - timedelta(hours=8)) == []
    assert nightly.due(now=night) == [sent.pk]
    with time_machine.travel(night, tick=False):
        asyncio.run(reconcile.nightly(organization_id=sent.pk))
    assert Reconciliation.objects.get().trigger == Reconciliation.Trigger.NIGHTLY
    assert nightly.due(now=night + timedelta(minutes=10)) == []
    assert nightly.due(now=night + timedelta(days=1)) == [sent.pk]
    scene.disable(sent, kari)
    assert nightly.due(now=night + timedelta(days=1)) == []
    asyncio.run(reconcile.nightly(organization_id=sent.pk))
    assert Reconciliation.objects.count() == 1


def test_whoever_was_turned_on_in_this_very_night_is_compared_in_the_next(sent: Organization) -> None:
    night = datetime(2026, 12, 1, 4, 59, tzinfo=UTC)
    Switch.objects.update(since=night - nightly.ON_FOR + timedelta(minutes=1))
    assert nightly.due(now=night) == []
    assert nightly.due(now=night + timedelta(minutes=1)) == [sent.pk]


def test_a_night_in_which_it_could_not_be_made_is_made_up_for(
    sent: Organization, tenant: str, erp: Remote
) -> None:
    night = datetime(2026, 12, 1, 4, 59, tzinfo=UTC)
    erp.fault(kind="html", tenant=tenant, path="purchaseInvoices", count=100)
    with time_machine.travel(night, tick=False):
        asyncio.run(reconcile.nightly(organization_id=sent.pk))
    assert Reconciliation.objects.get().outcome == Outcome.FAILED
    assert nightly.due(now=night + timedelta(minutes=10)) == []
    assert nightly.due(now=night + timedelta(minutes=60)) == [sent.pk]


# --- after a restore ------------------------------------------------------------------------------


def test_a_restore_takes_over_what_is_there_and_lists_what_nobody_knows(
    sent: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    make_pending("R-1")
    forget("R-2")
    incarnation.declare(now=timezone.now())
    assert scene.states(sent) == {"unknown": 1, "posted": 1}
    row = compare(sent, kari)
    assert (row.trigger, row.rebuilt) == (Reconciliation.Trigger.RESTORE, 1)
    assert kinds(row) == [("unknown_here", "")]
    [voucher] = [one for one in erp.vouchers(tenant=tenant) if one["vendorInvoiceNumber"] == reference("R-1")]
    posting = Posting.objects.get(external_id="R-1")
    assert (posting.state, posting.voucher_number) == (State.POSTED, voucher["number"])


def test_a_comparison_after_a_restore_looks_no_less_far_back(sent: Organization, kari: User) -> None:
    incarnation.declare(now=timezone.now())
    today = timezone.now().date()
    row = reconcile.now_for(organization=sent, actor=scene.actor(kari), now=timezone.now(), since=today)
    assert row.since <= today - timedelta(days=reconcile.DAYS_AFTER_A_RESTORE)


def reference(external_id: str) -> str:
    return Posting.objects.get(external_id=external_id).reference


def release(of: Organization, person: User) -> None:
    restore.release(organization=of, reason="Looked", actor=scene.actor(person), now=timezone.now())


def test_nothing_is_released_before_it_was_compared_and_nothing_enabled_before_it_was_released(
    sent: Organization, kari: User
) -> None:
    incarnation.declare(now=timezone.now())
    hold = restored.open_hold(organization=sent)
    assert hold is not None
    with pytest.raises(ConflictError) as refusal:
        release(sent, kari)
    assert refusal.value.code == "not_reconciled"
    with pytest.raises(ConflictError) as refusal:
        holding.end_hold(
            organization=sent,
            hold_id=hold.pk,
            reason="Looked",
            actor=scene.actor(kari),
            now=timezone.now(),
        )
    assert refusal.value.code == "not_reconciled"
    with pytest.raises(ConflictError) as refusal:
        scene.enable(sent, kari)
    assert "restored" in {thing["code"] for thing in refusal.value.extra["missing"]}
    compare(sent, kari)
    release(sent, kari)
    assert restored.open_hold(organization=sent) is None
    assert switching.show(organization=sent, now=timezone.now()).state == "disabled"
    scene.enable(sent, kari)


def test_a_comparison_within_the_quarantine_is_no_ground_for_a_release(
    sent: Organization, kari: User, settings: Settings
) -> None:
    settings.QUARANTINE_SECONDS = 900
    incarnation.declare(now=timezone.now())
    compare(sent, kari)
    with pytest.raises(ConflictError):
        release(sent, kari)
    with time_machine.travel(timezone.now() + timedelta(seconds=901)):
        compare(sent, kari)
        release(sent, kari)


def test_what_the_source_system_tells_again_is_looked_up_before_its_first_send(
    sent: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    """The trap: to the restored database it is new, and to the accounting system it is not."""
    told = Document.from_json(Posting.objects.get(external_id="R-2").document)
    forget("R-2")
    incarnation.declare(now=timezone.now())
    compare(sent, kari)
    release(sent, kari)
    scene.enable(sent, kari)
    before = len(erp.requests(tenant=tenant, changes_only=True))
    queue.enqueue(organization=sent, document=told, held=False, now=timezone.now())
    scene.work(sent)
    assert scene.states(sent) == {"posted": 3}
    assert Attempt.objects.latest("pk").outcome == "adopted"
    assert len(erp.requests(tenant=tenant, changes_only=True)) == before, "nothing was sent"


def test_doubt_covers_what_is_about_the_time_before_and_ends_by_itself(sent: Organization) -> None:
    posting = Posting.objects.first()
    assert posting is not None
    now = timezone.now()
    assert not doubt.current(now=now).covers(posting), "nothing was restored"
    incarnation.declare(now=now)
    assert doubt.current(now=now).of_all
    later = doubt.current(now=now + timedelta(days=100))
    assert not later.of_all
    assert later.covers(posting)
    day = (now + timedelta(days=100)).isoformat()
    posting.document = posting.document | {
        "approved_at": day,
        "lines": [line | {"date": day[:10]} for line in posting.document["lines"]],
    }
    assert not later.covers(posting)
