"""How an organization stands now: switch, holds, queue and health, as several pages show it."""

from datetime import datetime
from typing import Any

from sluse.gate import read
from sluse.gate.read import State
from sluse.organizations.models import Organization
from sluse.sync import overview, postings, switching
from sluse.sync.models import State as PostingState
from sluse.web import health


def of(organization: Organization, now: datetime) -> dict[str, Any]:
    switch = switching.show(organization=organization, now=now)
    row = overview.row(organization=organization, now=now)
    waiting = postings.list_postings(organization=organization, state=PostingState.PENDING)
    return {
        "now": now,
        "switch": switch,
        "is_on": switch.state is not State.DISABLED,
        "row": row,
        "held": waiting.filter(held=True).count(),
        "health": health.HEALTH[row.health],
        "holds": read.holds_of(organization=organization, now=now),
    }
