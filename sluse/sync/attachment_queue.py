"""Which receipts are due, and the intent to send them. The only file that takes from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from sluse.connectors import base
from sluse.organizations.models import Organization
from sluse.sync.models import BY_HAND, Attachment, AttachmentState, State
from sluse.vouchers.voucher import Voucher

FILES_MAX = 20
BYTES_MAX = 20 * 1024 * 1024
"""What one call to a connector carries, and a worker has in its memory for one organization: two of the largest files."""
THERE = (State.DELIVERED, State.POSTED)
OPEN = (AttachmentState.WAITING, AttachmentState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A committed intent to send a file; `number` says which try it is."""

    attachment_id: UUID
    number: int
    file: base.Attachment


def due(*, now: datetime) -> Q:
    """Those whose voucher is there and whose time has come, and those that a dead worker left."""
    rested = Q(state__in=OPEN)
    rested &= Q(next_try_at=None) | Q(next_try_at__lte=now)
    return Q(posting__state__in=THERE) & (rested | Q(state=AttachmentState.SENDING))


def commit_intents(*, organization: Organization, now: datetime) -> list[Intent]:
    """Committed before the first byte leaves. As many as one call takes, oldest first, and always at least one."""
    with transaction.atomic(durable=True):
        rows = Attachment.objects.select_for_update(of=("self",)).filter(
            due(now=now),
            organization=organization,
            state__in=OPEN,
        )
        rows = rows.exclude(posting__reason_code=BY_HAND)
        found = rows.select_related("posting").defer("content").order_by("created_at", "pk")[:FILES_MAX]
        chosen = _that_fit(list(found))
        for row in chosen:
            row.state, row.next_try_at, row.attempts = AttachmentState.SENDING, None, row.attempts + 1
        Attachment.objects.bulk_update(chosen, ["state", "next_try_at", "attempts"])
    return [_intent(row) for row in chosen]


def _that_fit(rows: Sequence[Attachment]) -> list[Attachment]:
    chosen: list[Attachment] = []
    size = 0
    for row in rows:
        size += row.size_bytes
        if chosen and size > BYTES_MAX:
            break
        chosen.append(row)
    return chosen


def _intent(row: Attachment) -> Intent:
    """The content is read here, once the intent is committed."""
    assert row.posting is not None
    return Intent(
        attachment_id=row.pk,
        number=row.attempts,
        file=base.Attachment(
            voucher=Voucher.from_json(row.posting.voucher or {}),
            receipt=base.Receipt(erp_id=row.posting.erp_id, number=row.posting.voucher_number),
            name=row.name,
            media_type=row.media_type,
            content=bytes(row.content),
        ),
    )
