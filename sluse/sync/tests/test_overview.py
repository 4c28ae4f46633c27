"""How it goes with an organization: what only waits for somebody is not told as a failure, and the other way round."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from sluse.audit.actor import SYSTEM
from sluse.gate import holds, platform_stop
from sluse.gate.models import Switch
from sluse.organizations.models import Organization, User
from sluse.sync import overview, passes
from sluse.sync.models import Posting, Run, Schedule, State
from sluse.sync.overview import Health
from tests import people

Outcome = Run.Outcome
NIGHTLY, ON_MONDAYS = "0 2 * * *", "0 2 * * 1"
NOT_YET = datetime.fromisoformat("2026-12-08T01:30:00+01:00")
A_DAY_AFTER = NOT_YET + timedelta(hours=1)
"""Before and after a Monday's two o'clock lies a day back."""


@pytest.fixture
def on(ready: Organization, kari: User, now: datetime) -> Organization:
    people.turn_on(ready, kari, now)
    return ready


@pytest.mark.parametrize(
    ("counts", "reason", "outcome", "health"),
    [
        ({"total": 3, "posted": 2, "delivered": 1}, "", Outcome.SUCCEEDED, Health.HEALTHY),
        ({"total": 1, "failed": 1}, "", Outcome.PARTIAL, Health.ATTENTION),
        ({"total": 3, "posted": 2, "failed": 1}, "", Outcome.PARTIAL, Health.ATTENTION),
        ({"total": 2, "posted": 2}, "No answer.", Outcome.PARTIAL, Health.ATTENTION),
        ({"total": 0}, "No answer.", Outcome.FAILED, Health.FAILING),
    ],
)
def test_a_refused_posting_asks_for_somebody_and_only_a_run_that_was_kept_from_its_work_has_failed(
    counts: dict[str, int], reason: str, outcome: str, health: Health, on: Organization, now: datetime
) -> None:
    people.approve_some(on, counts.get("failed", 0), now)
    Posting.objects.update(state=State.FAILED, held=False)
    run = _run(on, now, **counts)
    _conclude(on, run, reason, now)
    run.refresh_from_db()
    assert run.outcome == outcome
    assert overview.row(organization=on, now=now).health is health


@pytest.mark.parametrize(
    ("cron", "last_run", "now", "health"),
    [
        (NIGHTLY, "2026-12-06T02:01:00+01:00", NOT_YET, Health.HEALTHY),
        (NIGHTLY, "2026-12-06T02:01:00+01:00", A_DAY_AFTER, Health.ATTENTION),
        (NIGHTLY, "2026-12-07T02:01:00+01:00", A_DAY_AFTER, Health.HEALTHY),
        (NIGHTLY, "", A_DAY_AFTER, Health.ATTENTION),
        (ON_MONDAYS, "2026-11-30T02:01:00+01:00", NOT_YET, Health.HEALTHY),
        (ON_MONDAYS, "2026-11-30T02:01:00+01:00", A_DAY_AFTER, Health.ATTENTION),
    ],
)
def test_a_run_is_missing_a_day_after_one_was_due_and_never_before(
    cron: str, last_run: str, now: datetime, health: Health, on: Organization
) -> None:
    _on_for_ten_days(on, cron)
    if last_run:
        ended = datetime.fromisoformat(last_run)
        _conclude(on, _run(on, ended), "", ended)
    assert overview.row(organization=on, now=now).health is health


@pytest.mark.parametrize("change", ["turned on", "released", "platform resumed", "scheduled"])
def test_times_that_were_nobodys_to_keep_are_not_missed(change: str, on: Organization) -> None:
    _on_for_ten_days(on, NIGHTLY)
    assert overview.row(organization=on, now=NOT_YET).is_late
    recent = NOT_YET - timedelta(hours=25)
    if change == "turned on":
        Switch.objects.filter(organization=on).update(since=recent)
    elif change == "released":
        _hold(on, recent - timedelta(days=5))
        holds.end_breaker(organization=on, actor=SYSTEM, connector_kind="", now=recent)
    elif change == "platform resumed":
        since = recent - timedelta(days=5)
        platform_stop.stop(reason="Moving", actor=SYSTEM, now=since, wait_seconds=0.1)
        platform_stop.resume(reason="Moved", actor=SYSTEM, now=recent)
    else:
        Schedule.objects.filter(organization=on).update(changed_at=recent)
    assert not overview.row(organization=on, now=NOT_YET).is_late
    assert overview.row(organization=on, now=A_DAY_AFTER).is_late


@pytest.mark.parametrize("change", ["turned off", "held", "not scheduled"])
def test_who_is_off_on_hold_or_without_a_schedule_is_never_late(
    change: str, on: Organization, kari: User
) -> None:
    _on_for_ten_days(on, NIGHTLY)
    if change == "turned off":
        people.turn_off(on, kari, NOT_YET)
    elif change == "held":
        _hold(on, NOT_YET)
    else:
        Schedule.objects.filter(organization=on).update(is_active=False)
    assert not overview.row(organization=on, now=A_DAY_AFTER).is_late


def _hold(of: Organization, since: datetime) -> None:
    holds.trip_breaker(organization=of, reason="Moving", actor=SYSTEM, connector_kind="", now=since)


def _on_for_ten_days(of: Organization, cron: str) -> None:
    long_ago = NOT_YET - timedelta(days=10)
    Switch.objects.filter(organization=of).update(since=long_ago)
    Schedule.objects.update_or_create(organization=of, defaults={"cron": cron, "changed_at": long_ago})


def _run(of: Organization, at: datetime, **counts: int) -> Run:
    return Run.objects.create(
        organization=of,
        trigger="manual",
        by_id="kari",
        by_name="Kari",
        switch_version=1,
        created_at=at,
        **counts,
    )


def _conclude(of: Organization, run: Run, reason: str, now: datetime) -> None:
    with transaction.atomic():
        passes.conclude(
            organization=of, run=run, stopped=False, reason=reason, connector_kind="business_central", now=now
        )
