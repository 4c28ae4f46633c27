"""Writing the sync log: always inside the transaction of what it tells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from sluse.audit import chain
from sluse.audit.actor import Actor
from sluse.audit.models import Chain, Entry

ERROR_CHARACTERS_MAX = 2_000
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    organization_id: int
    organization_slug: str
    type: str
    actor: Actor
    at: datetime
    connector_kind: str = ""
    new_state: str = ""
    reason: str = ""
    run_id: UUID | None = None
    posting_id: UUID | None = None
    request_hash: str = ""
    response_code: int | None = None
    error: str = ""
    retry_count: int | None = None
    trigger: str = ""
    switch_version: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


def record(entry: NewEntry) -> Entry:
    return record_all([entry])[0]


def record_all(entries: Sequence[NewEntry]) -> list[Entry]:
    """All of one organization. The chain's end stays locked until the caller commits, so call this last."""
    if not entries:
        return []
    if not connection.in_atomic_block:
        raise RuntimeError("A log row is written in the transaction of what it tells.")
    organization_id = entries[0].organization_id
    if any(entry.organization_id != organization_id for entry in entries):
        raise ValueError("One call writes the log of one organization.")
    with transaction.atomic():
        Chain.objects.bulk_create([Chain(organization_id=organization_id)], ignore_conflicts=True)
        end = Chain.objects.select_for_update().get(organization_id=organization_id)
        rows = [_appended(entry, end) for entry in entries]
        end.save(update_fields=["sequence", "hash"])
        return Entry.objects.bulk_create(rows)


def record_everywhere(entries: Sequence[NewEntry]) -> None:
    """One row each for many organizations, in a handful of statements. The ends of all their chains stay locked, taken
    in one order."""
    if not connection.in_atomic_block:
        raise RuntimeError("A log row is written in the transaction of what it tells.")
    wanted = [entry.organization_id for entry in entries]
    if len(set(wanted)) != len(wanted):
        raise ValueError("One row for each organization.")
    Chain.objects.bulk_create([Chain(organization_id=number) for number in wanted], ignore_conflicts=True)
    locked = Chain.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    ends = {end.pk: end for end in locked}
    rows = [_appended(entry, ends[entry.organization_id]) for entry in entries]
    Chain.objects.bulk_update(ends.values(), ["sequence", "hash"], batch_size=ROWS_AT_ONCE)
    Entry.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def _appended(entry: NewEntry, end: Chain) -> Entry:
    row = Entry(
        organization_id=entry.organization_id,
        organization_slug=entry.organization_slug,
        sequence=end.sequence + 1,
        at=entry.at,
        type=entry.type,
        actor_id=entry.actor.id,
        actor_name=entry.actor.name,
        connector_kind=entry.connector_kind,
        new_state=entry.new_state,
        reason=entry.reason,
        run_id=entry.run_id,
        posting_id=entry.posting_id,
        request_hash=entry.request_hash,
        response_code=entry.response_code,
        error=entry.error[:ERROR_CHARACTERS_MAX],
        retry_count=entry.retry_count,
        trigger=entry.trigger,
        switch_version=entry.switch_version,
        details=entry.details,
        previous_hash=end.hash,
    )
    row.hash = chain.link(row.told())
    end.sequence, end.hash = row.sequence, row.hash
    return row
