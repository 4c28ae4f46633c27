"""Is the log of an organization still what was written?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sluse.audit import chain
from sluse.audit.heads import Head
from sluse.audit.models import Chain, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """`first_broken` is the sequence number of the first row that is missing or was changed."""

    ok: bool
    entries: int
    first_broken: int | None = None
    reason: str = ""


def verify(*, organization_id: int, heads: Sequence[Head] = ()) -> Verification:
    """`heads` were told outside earlier: each must still be a row of this chain. Against somebody who rewrites all rows
    and the chain's own end, nothing else helps.

    Rows may be added while it reads: the end is looked at before and after, and rows between them are nobody's forgery.
    """
    ends: dict[int, set[str]] = {}
    for head in [*heads, *_end(organization_id)]:
        ends.setdefault(head.sequence, set()).add(head.hash)
    previous_hash, count = "", 0
    rows = Entry.objects.filter(organization_id=organization_id).order_by("sequence")
    for entry in rows.iterator(chunk_size=2_000):
        count += 1
        wrong = _wrong(entry, count, previous_hash, ends)
        if wrong:
            return _broken(count, wrong)
        previous_hash = entry.hash
    if max(ends, default=0) > count:
        return _broken(count + 1, f"Row {count + 1} is missing.")
    known = max((head.sequence for head in _end(organization_id)), default=0)
    if known < count:
        return _broken(known + 1, f"Row {known + 1} was not written by Sluse: the chain ends before it.")
    return Verification(ok=True, entries=count)


def _wrong(entry: Entry, number: int, previous_hash: str, ends: Mapping[int, set[str]]) -> str:
    if entry.sequence != number:
        return f"Row {number} is missing."
    if entry.previous_hash != previous_hash:
        return f"Row {number} does not follow the row before it."
    if entry.hash != chain.link(entry.told()):
        return f"Row {number} was changed after it was written."
    if ends.get(number, {entry.hash}) != {entry.hash}:
        return f"Row {number} is not the row that the chain ended with at that time."
    return ""


def _end(organization_id: int) -> list[Head]:
    rows = Chain.objects.filter(organization_id=organization_id, sequence__gt=0)
    return [Head(organization_slug="", sequence=row.sequence, hash=row.hash) for row in rows]


def _broken(sequence: int, reason: str) -> Verification:
    return Verification(ok=False, entries=sequence - 1, first_broken=sequence, reason=reason)
