"""Holds against a run that is under way, and outages that last."""

import threading
import time
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from sluse.connectors.business_central.connector import BusinessCentral
from sluse.connectors.models import Connector
from sluse.gate import windows
from sluse.gate.models import Hold
from sluse.organizations.models import Organization, User
from sluse.sandbox.remote import Remote
from sluse.sync import holding, outage, postings, sweep
from sluse.sync.models import Attachment, Outage, Posting, Run
from tests import programs, scene

WALL = "%Y-%m-%dT%H:%M"


@pytest.fixture
def slow(hlf: Organization, kari: User, tenant: str, erp: Remote, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run of three batches, whose first request is answered late."""
    monkeypatch.setattr(BusinessCentral, "batch_size", 1)
    scene.enable(hlf, kari)
    erp.fault(kind="slow_answer", tenant=tenant, body="Microsoft.NAV.post", seconds=1)
    scene.approve_many(hlf, ["R-1", "R-2", "R-3"])
    return tenant


def test_a_window_that_begins_while_a_run_is_on_lets_no_further_request_start(
    hlf: Organization, kari: User, slow: str, erp: Remote
) -> None:
    worker = _working(hlf, erp, slow)
    now = timezone.localtime()
    begun = holding.plan_window(
        organization=hlf,
        starts=f"{now:{WALL}}",
        ends=f"{now + timedelta(hours=1):{WALL}}",
        reason="Upgrade",
        actor=scene.actor(kari),
        now=timezone.now(),
    )
    begun_at = time.time()
    worker.join()
    assert scene.states(hlf) == {"posted": 1, "pending": 2}
    run = Run.objects.get()
    assert (run.outcome, run.reason) == ("stopped", "hold_active")
    late = [one for one in erp.requests(tenant=slow, changes_only=True) if one["started_at"] > begun_at]
    assert late == []
    assert sweep.with_work(now=timezone.now()) == [], "nobody is woken for nothing"
    holding.end_hold(
        organization=hlf, hold_id=begun.pk, reason="Done", actor=scene.actor(kari), now=timezone.now()
    )
    scene.work(hlf)
    assert scene.states(hlf) == {"posted": 3}


def test_the_platforms_stop_waits_for_what_is_on_the_wire(
    hlf: Organization, kari: User, slow: str, erp: Remote
) -> None:
    worker = _working(hlf, erp, slow)
    answer = holding.stop_platform(reason="Fault", actor=scene.actor(kari), now=timezone.now())
    assert (answer.changed, answer.in_flight) == (True, 0)
    assert not Posting.objects.filter(state="sending").exists(), "the one in flight was waited for"
    stopped_at = time.time()
    worker.join()
    assert scene.states(hlf) == {"posted": 1, "pending": 2}
    assert [r for r in erp.requests(tenant=slow, changes_only=True) if r["started_at"] > stopped_at] == []
    assert sweep.with_work(now=timezone.now()) == []
    holding.resume_platform(reason="Mended", actor=scene.actor(kari), now=timezone.now())
    scene.work(hlf)
    assert scene.states(hlf) == {"posted": 3}


def test_the_sweep_writes_down_what_the_clock_did(hlf: Organization, kari: User) -> None:
    now = timezone.localtime()
    windows.plan(
        organization=hlf,
        starts=f"{now + timedelta(minutes=5):{WALL}}",
        ends=f"{now + timedelta(minutes=10):{WALL}}",
        reason="Upgrade",
        actor=scene.actor(kari),
        connector_kind="",
        now=now,
    )
    sweep.sweep(now=now + timedelta(minutes=11))
    assert [row.new_state for row in scene.log(hlf, "hold")] == [
        "window_ended",
        "window_began",
        "window_planned",
    ]


# --- the breaker after long outages ---------------------------------------------------------------


def note(hlf: Organization, now: datetime) -> None:
    outage.note(
        organization=hlf, reason="No answer.", retry_after_seconds=None, connector_kind="xledger", now=now
    )


def test_a_long_outage_warns_once_and_then_opens_the_breaker(hlf: Organization, kari: User) -> None:
    began = timezone.now()
    for failure in range(outage.BREAK_FAILURES_MIN - 1):
        note(hlf, began + failure * outage.BREAK_AFTER / outage.BREAK_FAILURES_MIN)
    assert [letter.subject for letter in mail.outbox] == [
        "Regnskapssystemet til Hørselshemmedes Landsforbund svarer ikke"
    ]
    assert not Hold.objects.exists(), "so many tries, but not long enough"
    note(hlf, began + outage.BREAK_AFTER)
    assert Hold.objects.get().kind == "breaker"
    assert not Outage.objects.exists()
    assert len(mail.outbox) == 2


def test_a_failure_weeks_later_is_the_first_of_another_outage(hlf: Organization) -> None:
    """Off in between, or nothing to send: nobody tried."""
    began = timezone.now()
    for failure in range(outage.BREAK_FAILURES_MIN - 1):
        note(hlf, began + failure * timedelta(hours=1))
    later = began + timedelta(weeks=3)
    note(hlf, later)
    assert not Hold.objects.exists()
    row = Outage.objects.get()
    assert (row.count, row.began_at, row.warned_at) == (1, later, None)


@pytest.mark.parametrize("is_doubtful", [False, True])
@pytest.mark.parametrize(
    ("name", "other"), [("company_id", "11111111-2222-4333-8444-555555555555"), ("environment", "Nowhere")]
)
def test_a_company_that_is_gone_opens_the_breaker_at_once(
    hlf: Organization, kari: User, tenant: str, name: str, other: str, *, is_doubtful: bool
) -> None:
    scene.enable(hlf, kari)
    row = Connector.objects.get(organization=hlf)
    row.settings[name] = other
    row.save(update_fields=["settings"])
    scene.approve_many(hlf, ["R-1"])
    if is_doubtful:
        Posting.objects.update(reason_code="removed_there")
    scene.work(hlf)
    assert scene.states(hlf) == {"unknown" if is_doubtful else "pending": 1}
    assert [hold.kind for hold in Hold.objects.all()] == ["breaker"]
    assert "selskap" in Hold.objects.get().reason


def test_a_company_that_is_gone_opens_the_breaker_and_loses_no_receipt(
    hlf: Organization, kari: User, tenant: str
) -> None:
    scene.enable(hlf, kari)
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    row = Connector.objects.get(organization=hlf)
    row.settings["environment"] = "Nowhere"
    row.save(update_fields=["settings"])
    scene.bring_receipt(hlf, b"%PDF-1.7")
    scene.work(hlf)
    assert Attachment.objects.get().state == "waiting"
    assert [hold.kind for hold in Hold.objects.all()] == ["breaker"]


def test_only_failures_in_a_row_are_counted(
    hlf: Organization, kari: User, tenant: str, erp: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BusinessCentral, "batch_size", 1)
    scene.enable(hlf, kari)
    began = timezone.now() - timedelta(hours=72)
    for hour in range(29):
        note(hlf, began + timedelta(hours=hour))
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    assert scene.states(hlf) == {"posted": 1}
    assert not Outage.objects.exists()


def test_a_persons_wish_shortens_the_wait_and_keeps_the_count(hlf: Organization, kari: User) -> None:
    now = timezone.now()
    for _failure in range(3):
        note(hlf, now)
    scene.approve_many(hlf, ["R-1"])
    ids = list(Posting.objects.values_list("pk", flat=True))
    postings.retry(organization=hlf, actor=scene.actor(kari), now=now, ids=ids)
    row = Outage.objects.get()
    assert (row.count, row.not_before) == (3, now)


@pytest.mark.parametrize(
    ("failures", "lasted", "hopeless"),
    [
        (outage.BREAK_FAILURES_MIN, outage.BREAK_AFTER, True),
        (outage.BREAK_FAILURES_MIN - 1, 2 * outage.BREAK_AFTER, False),
        (9 * outage.BREAK_FAILURES_MIN, outage.BREAK_AFTER - timedelta(seconds=1), False),
    ],
)
def test_it_takes_both_count_and_duration(failures: int, lasted: timedelta, *, hopeless: bool) -> None:
    assert outage.is_hopeless(failures=failures, lasted=lasted) is hopeless


def _working(hlf: Organization, erp: Remote, tenant: str) -> threading.Thread:
    """A worker, from the moment the accounting system has taken its first voucher and not yet said so."""

    def work() -> None:
        try:
            scene.work(hlf)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    programs.until(lambda: _is_posted(erp, tenant), "the first voucher is posted there")
    return thread


def _is_posted(erp: Remote, tenant: str) -> bool:
    return [voucher["status"] for voucher in erp.vouchers(tenant=tenant)] == ["Open"]
