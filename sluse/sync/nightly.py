"""Whose postings are compared with the accounting system now: everyone who is on, once a night, spread over the hours."""

from datetime import datetime, timedelta

from sluse.gate.models import Switch
from sluse.sync.models import Reconciliation

FIRST_MINUTE, MINUTES = 60, 240
"""From one to five o'clock in UTC, minutes after midnight."""
STEP = 7
"""Neighbours in number do not follow one another."""
ONCE_IN = timedelta(hours=20)


def due(*, now: datetime) -> list[int]:
    """Nobody twice in a night, and whoever was missed is made up for within it."""
    minute = now.hour * 60 + now.minute - FIRST_MINUTE
    if not 0 <= minute < MINUTES + FIRST_MINUTE:
        return []
    lately = Reconciliation.objects.filter(
        trigger=Reconciliation.Trigger.NIGHTLY, created_at__gt=now - ONCE_IN
    ).values("organization")
    enabled = Switch.objects.filter(enabled=True, stop_requested_at=None).exclude(organization__in=lately)
    numbers = enabled.order_by("organization").values_list("organization_id", flat=True)
    return [number for number in numbers if number * STEP % MINUTES <= minute]
