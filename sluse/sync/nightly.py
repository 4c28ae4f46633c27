"""Whose postings are compared with the accounting system now: everyone who is on, once a night, spread over the hours."""

from datetime import datetime, timedelta

from django.db.models import Q

from sluse import reach
from sluse.gate.models import Switch
from sluse.sync.models import Reconciliation

FIRST_MINUTE, MINUTES = 60, 240
"""From one to five o'clock in UTC, minutes after midnight."""
STEP = 7
"""Neighbours in number do not follow one another."""
ONCE_IN = timedelta(hours=20)
ON_FOR = timedelta(hours=6)
"""Whoever was turned on in this very night is first compared in the next one: nothing can differ yet."""
AGAIN_AFTER = timedelta(hours=1)
"""One that could not be made is made up for within the night."""


@reach.platform()
def due(*, now: datetime) -> list[int]:
    """Nobody twice in a night, and whoever was missed is made up for within it."""
    minute = now.hour * 60 + now.minute - FIRST_MINUTE
    if not 0 <= minute < MINUTES + FIRST_MINUTE:
        return []
    done = Q(created_at__gt=now - ONCE_IN) & ~Q(outcome=Reconciliation.Outcome.FAILED)
    tried = Q(created_at__gt=now - AGAIN_AFTER)
    lately = Reconciliation.objects.filter(done | tried, trigger=Reconciliation.Trigger.NIGHTLY)
    on = Switch.objects.filter(enabled=True, stop_requested_at=None, since__lte=now - ON_FOR)
    enabled = on.exclude(organization__in=lately.values("organization"))
    numbers = enabled.order_by("organization").values_list("organization_id", flat=True)
    return [number for number in numbers if number * STEP % MINUTES <= minute]
