"""What runs do: who is sent, when, and how often."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization, User
from sluse.sandbox.remote import Remote
from sluse.sync import postings, schedule, sweep
from sluse.sync.models import Attempt, Posting, Run, State
from tests import scene


def test_nothing_leaves_while_the_switch_is_off(
    hlf: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    before = erp.counts(tenant=tenant)["requests"]
    held = scene.approve_many(hlf, ["R-1", "R-2", "R-3"])
    assert all(posting.held and posting.state == State.PENDING for posting in held)
    with pytest.raises(ConflictError) as refusal:
        scene.start_manual(hlf, kari)
    assert refusal.value.code == "connector_disabled"
    scene.work(hlf)
    assert erp.counts(tenant=tenant)["requests"] == before
    assert scene.states(hlf) == {"pending": 3}
    [row] = scene.log(hlf, "refused")
    assert (row.actor_id, row.details["code"]) == (str(kari.pk), "connector_disabled")


def test_enabling_sends_nothing_and_a_manual_run_sends_all(
    hlf: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    scene.approve_many(hlf, ["R-1", "R-2", "R-3"], amount="310.05")
    scene.enable(hlf, kari)
    assert sweep.with_work(now=timezone.now()) == []
    scene.work(hlf)
    assert scene.states(hlf) == {"pending": 3}
    run = scene.start_manual(hlf, kari)
    scene.work(hlf)
    run.refresh_from_db()
    assert (run.total, run.posted, run.posted_ore, run.outcome) == (3, 3, 93_015, "succeeded")
    vouchers = erp.vouchers(tenant=tenant)
    assert sum(Decimal(voucher["total"]) for voucher in vouchers) == Decimal("930.15")
    numbers = set(Posting.objects.values_list("voucher_number", flat=True))
    assert numbers == {voucher["number"] for voucher in vouchers}
    scene.start_manual(hlf, kari)
    scene.work(hlf)
    assert len(erp.vouchers(tenant=tenant)) == 3


def test_an_automatic_run_sends_what_is_approved_now_and_leaves_what_was_held(
    hlf: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    scene.approve_many(hlf, ["R-1"])
    scene.enable(hlf, kari)
    scene.approve_many(hlf, ["R-2"])
    assert sweep.with_work(now=timezone.now()) == [hlf.pk]
    scene.work(hlf)
    assert Posting.objects.get(external_id="R-1").state == State.PENDING
    assert Posting.objects.get(external_id="R-2").state == State.POSTED
    assert Run.objects.get().trigger == "automatic"


def test_what_was_approved_while_off_goes_with_the_next_scheduled_run(
    hlf: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    scene.enable(hlf, kari)
    scene.disable(hlf, kari)
    scene.approve_many(hlf, ["R-1", "R-2"])
    scene.enable(hlf, kari)
    assert sweep.sweep(now=timezone.now()) == []
    due = schedule.get(organization=hlf, now=timezone.now()).next_run_at
    assert due is not None
    with time_machine.travel(due + timedelta(seconds=1)):
        assert sweep.sweep(now=timezone.now()) == [hlf.pk]
        scene.work(hlf)
    assert scene.states(hlf) == {"posted": 2}
    assert Run.objects.get().trigger == "scheduled"


def test_what_waited_for_another_try_is_held_back_when_the_switch_is_turned_on_again(
    hlf: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    scene.enable(hlf, kari)
    erp.fault(kind="throttle", tenant=tenant, body="pricesIncludeTax", retry_after="1")
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    assert scene.states(hlf) == {"pending": 1}
    scene.disable(hlf, kari)
    scene.enable(hlf, kari)
    assert Posting.objects.get().held
    assert sweep.with_work(now=timezone.now() + timedelta(days=1)) == []


def test_one_run_at_a_time(hlf: Organization, kari: User, tenant: str) -> None:
    scene.enable(hlf, kari)
    first = scene.start_manual(hlf, kari)
    with pytest.raises(ConflictError) as refusal:
        scene.start_manual(hlf, kari)
    assert refusal.value.code == "sync_already_running"
    assert refusal.value.extra == {"run_id": str(first.pk)}


def test_two_hundred_reimbursements_cost_at_most_twelve_requests(
    hlf: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    scene.approve_many(hlf, [f"R-{number}" for number in range(200)])
    scene.enable(hlf, kari)
    before = erp.counts(tenant=tenant)["requests"]
    scene.start_manual(hlf, kari)
    scene.work(hlf)
    assert scene.states(hlf) == {"posted": 200}
    assert erp.counts(tenant=tenant)["requests"] - before <= 12


def test_a_lost_answer_is_unknown_then_found_and_adopted(
    hlf: Organization, kari: User, tenant: str, erp: Remote, settings: Settings
) -> None:
    settings.QUARANTINE_SECONDS = 60
    scene.enable(hlf, kari)
    erp.fault(kind="drop_after", tenant=tenant, body="Microsoft.NAV.post")
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    assert scene.states(hlf) == {"unknown": 1}
    scene.work(hlf)
    assert Attempt.objects.count() == 1, "nothing is tried before the quarantine ends"
    with time_machine.travel(timezone.now() + timedelta(seconds=4_000)):
        assert sweep.with_work(now=timezone.now()) == [hlf.pk]
        scene.work(hlf)
    posting = Posting.objects.get()
    [voucher] = erp.vouchers(tenant=tenant)
    assert (posting.state, posting.voucher_number) == (State.POSTED, voucher["number"])
    assert [attempt.outcome for attempt in Attempt.objects.order_by("number")] == ["unknown", "adopted"]


def test_a_draft_whose_posting_was_not_answered_is_finished_and_not_made_twice(
    hlf: Organization, kari: User, tenant: str, erp: Remote, settings: Settings
) -> None:
    settings.QUARANTINE_SECONDS = 60
    scene.enable(hlf, kari)
    erp.fault(kind="drop_after", tenant=tenant, body="pricesIncludeTax")
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    assert scene.states(hlf) == {"unknown": 1}
    with time_machine.travel(timezone.now() + timedelta(seconds=4_000)):
        scene.work(hlf)
    assert scene.states(hlf) == {"posted": 1}
    [voucher] = erp.vouchers(tenant=tenant)
    assert voucher["status"] == "Open"


def test_a_request_that_never_arrived_is_looked_up_and_sent_again(
    hlf: Organization, kari: User, tenant: str, erp: Remote, settings: Settings
) -> None:
    settings.QUARANTINE_SECONDS = 60
    scene.enable(hlf, kari)
    erp.fault(kind="drop_before", tenant=tenant, body="pricesIncludeTax")
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    assert scene.states(hlf) == {"unknown": 1}
    with time_machine.travel(timezone.now() + timedelta(seconds=4_000)):
        scene.work(hlf)
    assert scene.states(hlf) == {"posted": 1}
    assert len(erp.vouchers(tenant=tenant)) == 1


def test_a_refused_one_fails_with_a_sentence_and_the_others_are_posted(
    hlf: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    scene.approve_many(hlf, ["R-1", "R-2"])
    bad = scene.reimbursement("R-3", claimant="V99999")
    scene.submit_and_approve(hlf, bad)
    scene.enable(hlf, kari)
    run = scene.start_manual(hlf, kari)
    scene.work(hlf)
    failed = Posting.objects.get(external_id="R-3")
    assert failed.state == State.FAILED
    assert failed.reason_code
    assert failed.reason_detail
    assert failed.reason_link == f"https://businesscentral.dynamics.com/{tenant}/Production/?page=27"
    run.refresh_from_db()
    assert (run.posted, run.failed, run.outcome) == (2, 1, "partial")
    assert postings.retry(organization=hlf, all_failed=True, actor=scene.actor(kari), now=timezone.now()) == 1
    scene.work(hlf)
    assert Posting.objects.get(external_id="R-3").state == State.FAILED


def test_an_expense_type_without_an_account_fails_before_anything_is_sent(
    hlf: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    scene.enable(hlf, kari)
    item = scene.reimbursement("R-1")
    item["lines"] = [
        {"expense_type": "lodging", "date": timezone.localdate().isoformat(), "amount": "310.00"}
    ]
    scene.submit_and_approve(hlf, item)
    before = erp.counts(tenant=tenant)["requests"]
    scene.work(hlf)
    posting = Posting.objects.get()
    assert (posting.state, posting.reason_code) == (State.FAILED, "expense_type_unmapped")
    assert erp.counts(tenant=tenant)["requests"] == before


def test_refused_credentials_stop_the_run_and_trip_the_breaker_until_a_test_passes(
    hlf: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    scene.enable(hlf, kari)
    erp.company(tenant=tenant, application_is_enabled=False)
    erp.revoke_tokens()
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    posting = Posting.objects.get()
    assert posting.state == State.PENDING
    assert [row.new_state for row in scene.log(hlf, "hold")] == ["breaker_opened"]
    with pytest.raises(ConflictError) as refusal:
        scene.start_manual(hlf, kari)
    assert refusal.value.code == "hold_active"
    erp.company(tenant=tenant, application_is_enabled=True)
    scene.check_connection(hlf, kari)
    scene.start_manual(hlf, kari)
    scene.work(hlf)
    assert scene.states(hlf) == {"posted": 1}


def test_another_voucher_under_our_reference_is_a_conflict(
    hlf: Organization, kari: User, tenant: str, erp: Remote, settings: Settings
) -> None:
    settings.QUARANTINE_SECONDS = 60
    scene.enable(hlf, kari)
    erp.fault(kind="drop_after", tenant=tenant, body="Microsoft.NAV.post")
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    Posting.objects.update(voucher=scene.with_other_amount(Posting.objects.get().voucher))
    with time_machine.travel(timezone.now() + timedelta(seconds=4_000)):
        scene.work(hlf)
    assert scene.states(hlf) == {"conflict": 1}
    assert len(erp.vouchers(tenant=tenant)) == 1
