"""An accounting system that gives no clear answer rests, and is tried again by itself after a while.

One that has given none for too long, counted in tries *and* in hours, is not tried any more: the breaker opens, and a person
is told. Few tries over a long night are no reason, nor are many within minutes.
"""

import random
from datetime import datetime, timedelta

from django.db import transaction

from sluse.audit.actor import SYSTEM
from sluse.gate import holds, notices
from sluse.organizations.models import Organization
from sluse.sync import retry
from sluse.sync.models import Outage

WARN_FAILURES_MIN, WARN_AFTER = 8, timedelta(hours=4)
"""The administrators are told once before anything is stopped."""
BREAK_FAILURES_MIN, BREAK_AFTER = 30, timedelta(hours=48)
"""A whole weekend of an accounting system's own maintenance is outlived without anybody having to do anything."""

IN_A_ROW_WITHIN = timedelta(hours=12)
"""Tries end with the switch and with the queue. What fails weeks later is not in a row with what failed before."""

_jitter = random.Random()  # noqa: S311 - spreads load, guards nothing


def delay(*, failures: int, retry_after_seconds: int | None = None) -> float:
    return retry.delay_seconds(failures=failures, jitter=_jitter, retry_after_seconds=retry_after_seconds)


def note(
    *,
    organization: Organization,
    reason: str,
    retry_after_seconds: int | None,
    connector_kind: str,
    now: datetime,
) -> datetime:
    """One more in a row. Returns when the organization is tried again, unless the breaker opened."""
    with transaction.atomic():
        row, _created = Outage.objects.select_for_update().get_or_create(
            organization=organization, defaults={"not_before": now, "began_at": now}
        )
        if is_over(not_before=row.not_before, now=now):
            row.count, row.began_at, row.warned_at = 0, now, None
        row.count += 1
        row.reason = reason
        seconds = delay(failures=row.count, retry_after_seconds=retry_after_seconds)
        row.not_before = now + timedelta(seconds=seconds)
        _warn_once(organization, row, now)
        row.save(update_fields=["count", "began_at", "reason", "not_before", "warned_at"])
        if is_hopeless(failures=row.count, lasted=now - row.began_at):
            row.delete()  # Whoever clears the breaker begins to count anew.
            holds.trip_breaker(
                organization=organization,
                reason=reason,
                actor=SYSTEM,
                connector_kind=connector_kind,
                now=now,
            )
    return row.not_before


def end(*, organization: Organization) -> None:
    """Something got a clear answer: whatever comes next is not in a row with what was."""
    Outage.objects.filter(organization=organization).delete()


def hurry(*, organization: Organization, now: datetime) -> None:
    """A person's wish goes before our own waiting, and says nothing about whether it is over."""
    Outage.objects.filter(organization=organization, not_before__gt=now).update(not_before=now)


def is_over(*, not_before: datetime, now: datetime) -> bool:
    """Nothing was tried for so long after the rest had ended that the next failure is the first of another outage."""
    return now - not_before > IN_A_ROW_WITHIN


def is_hopeless(*, failures: int, lasted: timedelta) -> bool:
    return failures >= BREAK_FAILURES_MIN and lasted >= BREAK_AFTER


def is_worth_a_warning(*, failures: int, lasted: timedelta) -> bool:
    return failures >= WARN_FAILURES_MIN and lasted >= WARN_AFTER


def _warn_once(organization: Organization, row: Outage, now: datetime) -> None:
    if row.warned_at is None and is_worth_a_warning(failures=row.count, lasted=now - row.began_at):
        row.warned_at = now
        reason = row.reason
        transaction.on_commit(lambda: notices.breaker_near(organization=organization, reason=reason))
