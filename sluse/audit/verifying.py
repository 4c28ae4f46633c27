"""When a chain is verified, a slice at a time, and what was found: kept, so that a page need not walk five million rows.

A night's walk goes on where the one before it ended. At least once a week, when somebody asks and after every break, a walk
begins at the first row: only that one sees a change of what was whole before.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from sluse import reach
from sluse.audit import verify
from sluse.audit.heads import Head
from sluse.audit.models import Chain, Verified
from sluse.audit.verify import Place, Verification

ROWS_PER_SLICE = 20_000
"""About two seconds of a worker, which then takes whatever else waits."""
WHOLE_EVERY = timedelta(days=6, hours=12)
"""Less than a week, so that a walk of every seventh night is not a little too early and made the night after."""
ONCE_IN = timedelta(hours=20)
FIRST_MINUTE, MINUTES = 60, 240
"""From one to five o'clock in UTC, minutes after midnight."""
STEP = 7
"""Neighbours in number do not follow one another."""


class Walk(StrEnum):
    NONE = "none"
    ONWARD = "onward"
    WHOLE = "whole"


def next_walk(*, row: Verified | None, now: datetime) -> Walk:
    """Pure. What is under way goes on as it began."""
    if row is None:
        return Walk.WHOLE
    if row.began_at is not None:
        return Walk.ONWARD
    if row.ended_at is not None and now < row.ended_at + ONCE_IN:
        return Walk.NONE
    is_old = row.whole_at is None or row.whole_at + WHOLE_EVERY <= now
    return Walk.WHOLE if is_old or row.broken_row is not None else Walk.ONWARD


def is_its_hour(*, organization_id: int, now: datetime) -> bool:
    """Pure. The night's work is spread over its minutes; whoever was missed is made up for within an hour."""
    minute = now.hour * 60 + now.minute - FIRST_MINUTE
    return organization_id * STEP % MINUTES <= minute < MINUTES + FIRST_MINUTE


@reach.platform()
def due(*, now: datetime) -> list[int]:
    """Whose turn it is, and at any hour whoever is under way: a worker may be gone."""
    rows = {row.pk: row for row in Verified.objects.all()}
    chains = Chain.objects.filter(sequence__gt=0).order_by("pk").values_list("pk", flat=True)
    return [number for number in chains if _is_due(number, rows.get(number), now)]


def ask(*, organization_id: int, now: datetime) -> None:
    """Somebody wishes to know now: the whole chain. While such a walk is under way, another would say the same."""
    with transaction.atomic():
        row = _locked(organization_id)
        if row.began_at is None or not row.is_whole:
            row.begin(is_whole=True, now=now)
            row.save()


def go_on(*, organization_id: int, now: datetime) -> bool:
    """One slice. Is there more?"""
    place = _take(organization_id, now)
    if place is None:
        return False
    found = verify.walk(organization_id=organization_id, after=place, rows_max=ROWS_PER_SLICE)
    return _note(organization_id, place, found, now)


def at_once(*, organization_id: int, heads: list[Head], now: datetime) -> Verification:
    """The whole chain while the caller waits. What only the given heads prove is for whoever holds them: the next night,
    which has none, would call it whole again."""
    found = verify.verify(organization_id=organization_id, heads=heads)
    if found.ok or not heads:
        with transaction.atomic():
            row = _locked(organization_id)
            row.begin(is_whole=True, now=now)
            _end(row, found, now)
    return found


def newest(*, organization_id: int) -> Verified | None:
    return Verified.objects.filter(pk=organization_id).first()


def end_of(*, organization_id: int) -> int:
    """How many rows there are, read from the chain's end and not counted."""
    row = Chain.objects.filter(pk=organization_id).first()
    return row.sequence if row else 0


@reach.platform()
def broken() -> set[int]:
    return set(Verified.objects.exclude(broken_row=None).values_list("pk", flat=True))


def _is_due(number: int, row: Verified | None, now: datetime) -> bool:
    if row is not None and row.began_at is not None:
        return True
    return is_its_hour(organization_id=number, now=now) and next_walk(row=row, now=now) is not Walk.NONE


def _take(organization_id: int, now: datetime) -> Place | None:
    with transaction.atomic():
        row = _locked(organization_id)
        walk = next_walk(row=row, now=now)
        if walk is Walk.NONE:
            return None
        if row.began_at is None:
            row.begin(is_whole=walk is Walk.WHOLE, now=now)
            row.save()
        return Place(sequence=row.through, hash=row.hash)


def _note(organization_id: int, place: Place, found: Verification, now: datetime) -> bool:
    """Nothing, where another walk has begun or gone on meanwhile: that one notes what it finds itself."""
    with transaction.atomic():
        row = _locked(organization_id)
        if row.began_at is None or (row.through, row.hash) != (place.sequence, place.hash):
            return row.began_at is not None
        _end(row, found, now)
        return row.began_at is not None


def _end(row: Verified, found: Verification, now: datetime) -> None:
    if found.first_broken is not None:
        row.end_broken(row=found.first_broken, because=found.because, now=now)
    else:
        row.reach(through=found.place.sequence, hash=found.place.hash)
        if found.is_at_the_end:
            row.end_whole(now=now)
    row.save()


def _locked(organization_id: int) -> Verified:
    row, _created = Verified.objects.select_for_update().get_or_create(pk=organization_id)
    return row
