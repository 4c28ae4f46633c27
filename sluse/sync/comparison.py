"""Which vouchers the two sides do not tell alike. Pure, but for the snapshot of our side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sluse.connectors.base import Found, Stage
from sluse.organizations.models import Organization
from sluse.sync.models import BY_HAND, Difference, Posting, State

THERE = {State.POSTED, State.DELIVERED}
"""What we say is in the accounting system."""
ON_THEIR_WAY = {State.SENDING, State.UNKNOWN}
"""What may be there or not, and is looked up by itself."""
Kind = Difference.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    posting_id: UUID
    state: str
    total_ore: int
    is_expected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Different:
    kind: Kind
    reference: str
    ours: Ours | None
    theirs: Found | None


Snapshot = Mapping[str, Ours]


def snapshot(*, organization: Organization, since: date) -> Snapshot:
    """Every posting by reference: what theirs may bear is not told by our dates. A reversal counts as its voucher does.
    What somebody booked there by hand bears no reference of ours, and is not missed."""
    rows = Posting.objects.filter(organization=organization).values_list(
        "reference", "pk", "state", "total_ore", "voucher__posting_date", "reason_code"
    )
    return {
        reference: Ours(
            posting_id=pk,
            state=state,
            total_ore=abs(total_ore),
            is_expected=(day or "") >= since.isoformat() and reason_code != BY_HAND,
        )
        for reference, pk, state, total_ore, day, reason_code in rows
    }


def settled(*, before: Snapshot, after: Snapshot) -> Snapshot:
    """What changed while the accounting system was being read may be told otherwise by it, and is left for another night."""
    return {
        reference: ours if reference in before and before[reference].state == ours.state else _moving(ours)
        for reference, ours in after.items()
    }


def differences(*, ours: Snapshot, theirs: Mapping[str, Found]) -> list[Different]:
    missing = [
        Different(kind=Kind.MISSING_THERE, reference=reference, ours=one, theirs=None)
        for reference, one in ours.items()
        if reference not in theirs and one.state in THERE and one.is_expected
    ]
    others = [_compare(reference, ours.get(reference), there) for reference, there in theirs.items()]
    found = [*missing, *[one for one in others if one is not None]]
    return sorted(found, key=lambda one: (one.kind, one.reference))


def total_ore(rows: Sequence[Ours | Found]) -> int:
    return sum(row.total_ore for row in rows)


def _moving(ours: Ours) -> Ours:
    return replace(ours, state=State.SENDING)


def _compare(reference: str, ours: Ours | None, theirs: Found) -> Different | None:
    kind = None
    if theirs.copies > 1:
        kind = Kind.TWICE
    elif ours is None:
        kind = Kind.UNKNOWN_HERE
    elif theirs.total_ore != ours.total_ore or theirs.conflict:
        kind = Kind.AMOUNT_DIFFERS
    elif _states_differ(ours, theirs):
        kind = Kind.STATE_DIFFERS
    return Different(kind=kind, reference=reference, ours=ours, theirs=theirs) if kind else None


def _states_differ(ours: Ours, theirs: Found) -> bool:
    """Delivered here and posted there is the way things go; refused there is told by the posting that failed."""
    if ours.state in ON_THEIR_WAY or ours.state == State.DELIVERED:
        return False
    if ours.state == State.FAILED and theirs.refusal is not None:
        return False
    return not (ours.state == State.POSTED and theirs.stage is Stage.POSTED)
