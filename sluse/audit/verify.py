"""Is the log of an organization still what was written?"""

from dataclasses import dataclass

from sluse.audit import chain
from sluse.audit.models import Chain, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """`first_broken` is the sequence number of the first row that is missing or was changed."""

    ok: bool
    entries: int
    first_broken: int | None = None
    reason: str = ""


def verify(*, organization_id: int) -> Verification:
    previous_hash, count = "", 0
    rows = Entry.objects.filter(organization_id=organization_id).order_by("sequence")
    for entry in rows.iterator(chunk_size=2_000):
        count += 1
        if entry.sequence != count:
            return _broken(count, f"Row {count} is missing.")
        if entry.previous_hash != previous_hash:
            return _broken(count, f"Row {count} does not follow the row before it.")
        if entry.hash != chain.link(entry.told()):
            return _broken(count, f"Row {count} was changed after it was written.")
        previous_hash = entry.hash
    end = Chain.objects.filter(organization_id=organization_id).first()
    if (end.sequence if end else 0) != count:
        return _broken(count + 1, f"Row {count + 1} is missing.")
    if end and end.hash != previous_hash:
        return _broken(count, f"Row {count} is not the row the chain ends with.")
    return Verification(ok=True, entries=count)


def _broken(sequence: int, reason: str) -> Verification:
    return Verification(ok=False, entries=sequence - 1, first_broken=sequence, reason=reason)
