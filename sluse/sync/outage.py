"""An accounting system that gives no clear answer rests, and is tried again by itself after a while."""

import random
from datetime import datetime, timedelta

from django.db import transaction

from sluse.organizations.models import Organization
from sluse.sync import retry
from sluse.sync.models import Outage

_jitter = random.Random()  # noqa: S311 - spreads load, guards nothing


def delay(*, failures: int, retry_after_seconds: int | None = None) -> float:
    return retry.delay_seconds(failures=failures, jitter=_jitter, retry_after_seconds=retry_after_seconds)


def note(
    *, organization: Organization, reason: str, retry_after_seconds: int | None, now: datetime
) -> datetime:
    """One more in a row. Returns when the organization is tried again."""
    with transaction.atomic():
        row, _created = Outage.objects.select_for_update().get_or_create(
            organization=organization, defaults={"not_before": now}
        )
        row.count += 1
        row.reason = reason
        seconds = delay(failures=row.count, retry_after_seconds=retry_after_seconds)
        row.not_before = now + timedelta(seconds=seconds)
        row.save(update_fields=["count", "reason", "not_before"])
    return row.not_before


def end(*, organization: Organization) -> None:
    Outage.objects.filter(organization=organization).delete()
