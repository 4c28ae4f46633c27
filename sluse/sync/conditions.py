"""What the people of an organization should hear of, as long as it lasts. Asked of the rows, never remembered."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from sluse.audit import verify, verifying
from sluse.connectors import rotation
from sluse.gate import read
from sluse.gate.models import Switch
from sluse.gate.read import State
from sluse.organizations.models import Notice, Organization
from sluse.sync import causes, overview, reconcile
from sluse.sync.models import Posting, Reconciliation
from sluse.sync.models import State as PostingState

QUEUE_LEVELS = (50, 500, 5_000, 50_000)
"""So many wait while the switch is off: told once at each level, not at each reimbursement."""
COMPARISONS_LOOKED_AT = 20
"""The latest ones, in search of one that looked as far back as a nightly one does."""
DIFFERED_LATELY = timedelta(days=1)
UNKNOWN_AFTER = timedelta(hours=6)
"""An unknown outcome is looked up long before; one that lasts needs a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """`key` tells two of one kind apart; `words` is what a letter quotes, in the language it was written in."""

    kind: Notice.Kind
    key: str = ""
    words: str = ""
    count: int = 0


def of(*, organization: Organization, now: datetime) -> list[Condition]:
    switch = read.switch_of(organization=organization)
    return [
        *_failures(organization),
        *_unsettled(organization, now),
        *_differences(organization),
        *_ending_credentials(organization, now),
        *_broken_chain(organization),
        *(_missing_run(organization, now) if switch.state is State.ENABLED else ()),
        *(_missing_comparison(organization) if switch.state is State.ENABLED else ()),
        *(_growing_queue(organization) if switch.state is State.DISABLED and switch.version else ()),
    ]


def concerned(*, now: datetime) -> set[int]:
    """Organizations with anything to look at: of two thousand, most are healthy."""
    open_states = [PostingState.FAILED, PostingState.CONFLICT, PostingState.UNKNOWN, PostingState.PENDING]
    waiting = Posting.objects.filter(state__in=open_states).order_by()
    found = set(waiting.values_list("organization_id", flat=True).distinct())
    found |= set(Switch.objects.filter(enabled=True).values_list("organization_id", flat=True))
    differing = Reconciliation.objects.filter(
        outcome=Reconciliation.Outcome.DIFFERENT, created_at__gt=now - DIFFERED_LATELY
    )
    found |= set(differing.values_list("organization_id", flat=True))
    found |= set(rotation.ending(now=now).values_list("organization_id", flat=True))
    found |= verifying.broken()
    return found | set(Notice.objects.filter(ended_at=None).values_list("organization_id", flat=True))


def is_expected(*, kind: str, organization: Organization, now: datetime) -> bool:
    """Whether that it is gone means that it is settled: of who is off or on hold, nobody expects a run or a comparison."""
    if kind not in {Notice.Kind.RUN_MISSING, Notice.Kind.COMPARISON}:
        return True
    return read.decision(organization_id=organization.pk, now=now).allowed


def _failures(organization: Organization) -> Iterator[Condition]:
    for cause in causes.of_failures(organization=organization):
        yield Condition(
            kind=Notice.Kind.FAILURE, key=cause.key, words=cause.detail or cause.code, count=cause.count
        )


def _unsettled(organization: Organization, now: datetime) -> Iterator[Condition]:
    rows = Posting.objects.filter(organization=organization)
    conflicts = rows.filter(state=PostingState.CONFLICT).count()
    if conflicts:
        yield Condition(kind=Notice.Kind.CONFLICT, count=conflicts)
    lasting = rows.filter(state=PostingState.UNKNOWN, created_at__lt=now - UNKNOWN_AFTER).count()
    if lasting:
        yield Condition(kind=Notice.Kind.UNKNOWN, count=lasting)


def _missing_run(organization: Organization, now: datetime) -> Iterator[Condition]:
    if overview.row(organization=organization, now=now).is_late:
        yield Condition(kind=Notice.Kind.RUN_MISSING)


def _missing_comparison(organization: Organization) -> Iterator[Condition]:
    """The last one counts, so that a failed one of tonight does not stand beside the one that made up for it."""
    nights = Reconciliation.objects.filter(organization=organization, trigger=Reconciliation.Trigger.NIGHTLY)
    last = nights.order_by("-created_at").first()
    if last is not None and last.outcome == Reconciliation.Outcome.FAILED:
        yield Condition(kind=Notice.Kind.COMPARISON, words=last.error)


def _differences(organization: Organization) -> Iterator[Condition]:
    """What differs is one cause as long as it is exactly the same. One that looked less far back settles nothing, and what
    differs after a restore is for whoever releases it."""
    rows = Reconciliation.objects.filter(organization=organization).order_by("-created_at")
    rows = rows.exclude(outcome=Reconciliation.Outcome.FAILED)
    rows = rows.exclude(trigger=Reconciliation.Trigger.RESTORE, outcome=Reconciliation.Outcome.DIFFERENT)
    last = next((row for row in rows[:COMPARISONS_LOOKED_AT] if _looks_far_back(row)), None)
    if last is None or last.outcome != Reconciliation.Outcome.DIFFERENT:
        return
    facts = last.differences.order_by("kind", "reference").values_list(
        "kind", "reference", "our_state", "our_ore", "their_stage", "their_ore"
    )
    found = list(facts)
    key = hashlib.sha256(repr(found).encode()).hexdigest()
    yield Condition(kind=Notice.Kind.DIFFERENCE, key=key, words=last.since.isoformat(), count=len(found))


def _looks_far_back(row: Reconciliation) -> bool:
    return row.since <= row.created_at.date() - timedelta(days=reconcile.DAYS)


def _ending_credentials(organization: Organization, now: datetime) -> Iterator[Condition]:
    """Told anew at each of the days, and ended by credentials that last."""
    left = rotation.days_left(organization=organization, now=now)
    if left is None:
        return
    for days in rotation.ALARM_DAYS:
        if left <= days:
            yield Condition(kind=Notice.Kind.CREDENTIALS, key=str(days), count=max(left, 0))


def _broken_chain(organization: Organization) -> Iterator[Condition]:
    """One break is one cause, however often it is found again."""
    row = verifying.newest(organization_id=organization.pk)
    if row is not None and row.broken_row is not None:
        words = verify.sentence(because=row.broken_because, row=row.broken_row)
        yield Condition(
            kind=Notice.Kind.CHAIN,
            key=f"{row.broken_row} {row.broken_because}",
            words=words,
            count=row.broken_row,
        )


def _growing_queue(organization: Organization) -> Iterator[Condition]:
    waiting = Posting.objects.filter(organization=organization, state=PostingState.PENDING)
    figures = waiting.aggregate(count=Count("pk"), oldest=Min("created_at"))
    for level in QUEUE_LEVELS:
        if figures["count"] >= level:
            yield Condition(kind=Notice.Kind.QUEUE, key=str(level), count=figures["count"])
