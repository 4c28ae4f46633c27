"""Is the log of an organization still what was written?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from sluse.audit import chain
from sluse.audit.heads import Head
from sluse.audit.models import Broken, Chain, Entry

ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a walk stands: the last row that was found whole."""

    sequence: int = 0
    hash: str = ""


START = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """`first_broken` is the sequence number of the first row that is missing or was changed; `entries` how many are whole
    before it. `place` is where the next walk goes on, unless this one came to the end."""

    ok: bool
    entries: int
    first_broken: int | None = None
    because: str = ""
    place: Place = field(default=START, compare=False)
    is_at_the_end: bool = field(default=True, compare=False)

    @property
    def reason(self) -> str:
        return sentence(because=self.because, row=self.first_broken or 0)


def verify(*, organization_id: int, heads: Sequence[Head] = ()) -> Verification:
    """`heads` were told outside earlier: each must still be a row of this chain. Against somebody who rewrites all rows
    and the chain's own end, nothing else helps."""
    return walk(organization_id=organization_id, heads=heads)


def walk(
    *, organization_id: int, after: Place = START, heads: Sequence[Head] = (), rows_max: int | None = None
) -> Verification:
    """From the row after a place that was whole, no more than so many rows.

    Rows may be added while it reads: the end is looked at before and after, and rows between them are nobody's forgery.
    """
    ends: dict[int, set[str]] = {}
    for head in [*heads, *_end(organization_id)]:
        ends.setdefault(head.sequence, set()).add(head.hash)
    rows = Entry.objects.filter(organization_id=organization_id).order_by("sequence")
    if after.sequence and not rows.filter(sequence=after.sequence, hash=after.hash).exists():
        return _broken(after.sequence, Broken.OTHER_END)
    place, first = after, after.sequence + 1
    rows = rows.filter(sequence__gte=first)
    for entry in (rows[:rows_max] if rows_max else rows).iterator(chunk_size=ROWS_AT_ONCE):
        because = _wrong(entry, place, ends)
        if because:
            return _broken(place.sequence + 1, because)
        place = Place(sequence=entry.sequence, hash=entry.hash)
    if rows_max and place.sequence - after.sequence == rows_max:
        return Verification(ok=True, entries=place.sequence, place=place, is_at_the_end=False)
    return _at_the_end(organization_id, place, max(ends, default=0))


def _at_the_end(organization_id: int, place: Place, expected: int) -> Verification:
    if expected > place.sequence:
        return _broken(place.sequence + 1, Broken.MISSING)
    known = max((head.sequence for head in _end(organization_id)), default=0)
    if known < place.sequence:
        return _broken(known + 1, Broken.SLIPPED_IN)
    return Verification(ok=True, entries=place.sequence, place=place)


def sentence(*, because: str, row: int) -> str:
    sentences = {
        Broken.MISSING: _("Row %(row)s is missing."),
        Broken.UNLINKED: _("Row %(row)s does not follow the row before it."),
        Broken.CHANGED: _("Row %(row)s was changed after it was written."),
        Broken.OTHER_END: _("Row %(row)s is not the row that the chain ended with at that time."),
        Broken.SLIPPED_IN: _("Row %(row)s was not written by Sluse: the chain ends before it."),
    }
    return sentences[Broken(because)] % {"row": row} if because else ""


def _wrong(entry: Entry, place: Place, ends: Mapping[int, set[str]]) -> str:
    number = place.sequence + 1
    if entry.sequence != number:
        return Broken.MISSING
    if entry.previous_hash != place.hash:
        return Broken.UNLINKED
    if entry.hash != chain.link(entry.told()):
        return Broken.CHANGED
    return "" if ends.get(number, {entry.hash}) == {entry.hash} else Broken.OTHER_END


def _end(organization_id: int) -> list[Head]:
    rows = Chain.objects.filter(organization_id=organization_id, sequence__gt=0)
    return [Head(organization_slug="", sequence=row.sequence, hash=row.hash) for row in rows]


def _broken(sequence: int, because: str) -> Verification:
    return Verification(ok=False, entries=sequence - 1, first_broken=sequence, because=because)
