"""How it goes with an organization: what only waits for somebody is not told as a failure, and the other way round."""

from datetime import datetime

import pytest
from django.db import transaction

from sluse.organizations.models import Organization, User
from sluse.sync import overview, passes
from sluse.sync.models import Posting, Run, State
from sluse.sync.overview import Health
from tests import people

Outcome = Run.Outcome


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
