"""The figures by which machines watch Sluse: how much waits, since when, what is off, and how each log ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from sluse import reach
from sluse.audit.heads import Head
from sluse.gate import read
from sluse.gate.models import Hold, Switch
from sluse.organizations.models import Organization
from sluse.sync import publication
from sluse.sync.models import Posting, Reconciliation, State

COUNTED = tuple(state for state in State if state not in {State.POSTED, State.WITHDRAWN})
"""What is finished grows for ever, and nobody needs to be woken for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Of:
    """Of one organization. Ages are in seconds, and 0 where nothing waits."""

    slug: str
    postings: Mapping[str, int]
    oldest_pending_seconds: float
    oldest_unknown_seconds: float
    is_enabled: bool
    holds: int
    reconciled_at: datetime | None
    differences: int
    head: Head | None


@reach.platform()
def all_of_them(*, now: datetime) -> list[Of]:
    """The same few queries for one organization as for thousands."""
    counts, oldest = _postings()
    enabled = set(Switch.objects.filter(enabled=True).values_list("organization_id", flat=True))
    holds = dict(
        Hold.objects.filter(read.active(now=now), organization__isnull=False)
        .values_list("organization_id")
        .annotate(count=Count("pk"))
    )
    reconciled = _reconciled()
    heads = {head.organization_slug: head for head in publication.current()}
    found = []
    for pk, slug in Organization.objects.order_by("slug").values_list("pk", "slug"):
        at, differences = reconciled.get(pk, (None, 0))
        found.append(
            Of(
                slug=slug,
                postings={state: counts.get((pk, state), 0) for state in COUNTED},
                oldest_pending_seconds=_age(oldest.get((pk, State.PENDING)), now),
                oldest_unknown_seconds=_age(oldest.get((pk, State.UNKNOWN)), now),
                is_enabled=pk in enabled,
                holds=holds.get(pk, 0),
                reconciled_at=at,
                differences=differences,
                head=heads.get(slug),
            )
        )
    return found


def _postings() -> tuple[dict[tuple[int, str], int], dict[tuple[int, str], datetime]]:
    rows = list(
        Posting.objects.filter(state__in=COUNTED)
        .values_list("organization_id", "state")
        .annotate(count=Count("pk"), oldest=Min("created_at"))
    )
    counts = {(organization, state): count for organization, state, count, _oldest in rows}
    return counts, {(organization, state): oldest for organization, state, _count, oldest in rows}


def _reconciled() -> dict[int, tuple[datetime, int]]:
    """The latest that could be made, and how much differed."""
    done = Reconciliation.objects.exclude(outcome=Reconciliation.Outcome.FAILED)
    latest = done.order_by("organization_id", "-created_at").distinct("organization_id").values("pk")
    rows = Reconciliation.objects.filter(pk__in=latest).annotate(count=Count("differences"))
    return {row.organization_id: (row.created_at, row.count) for row in rows}


def _age(moment: datetime | None, now: datetime) -> float:
    return max((now - moment).total_seconds(), 0.0) if moment else 0.0
