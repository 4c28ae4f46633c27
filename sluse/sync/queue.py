"""The queue: which postings wait, who may take them, and the intent to send. The only file that takes from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from sluse.organizations.models import Organization
from sluse.sync import attachments, doubt
from sluse.sync.models import REMOVED_THERE, Attempt, Posting, Run, State, Trigger
from sluse.vouchers.document import Document
from sluse.vouchers.reference import numbers_for, reference_for
from sluse.vouchers.voucher import Voucher

FROZEN = [
    *(
        "state",
        "held",
        "number",
        "voucher",
        "voucher_hash",
        "mapping_version",
        "attempts",
        "run",
        "next_try_at",
    )
]
NUMBERS_TRIED = 10
"""Among seventy million, two of them taken is rarer than anything else that can go wrong."""


WAITING = Q(state=State.PENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A committed intent to send: the frozen voucher, and whether the ERP may hold it already, by an earlier attempt or
    because a look that missed it there was too early."""

    posting_id: UUID
    attempt_id: int
    number: int
    voucher: Voucher
    doubtful: bool


def enqueue(
    *,
    organization: Organization,
    document: Document,
    held: bool,
    now: datetime,
    follows: Posting | None = None,
) -> Posting:
    """In the approval's own transaction: the fact, its receipts and its place in the queue commit together."""
    posting = Posting.objects.create(
        organization=organization,
        external_id=document.external_id,
        version=document.version,
        reference=reference_for(
            organization_slug=organization.slug, external_id=document.external_id, version=document.version
        ),
        document=document.as_json(),
        total_ore=document.total_ore,
        held=held,
        follows=follows,
        created_at=now,
    )
    attachments.tie(posting=posting)
    return posting


def eligible(*, organization_id: int, run: Run, now: datetime) -> QuerySet[Posting]:
    """An automatic run leaves held postings and those whose time has not come; the others take all that waited when
    they began, once each. An unknown outcome is touched by nobody before its quarantine ends, and what follows another
    posting by nobody before that one is posted."""
    if run.trigger == Trigger.AUTOMATIC:
        due = Q(next_try_at=None) | Q(next_try_at__lte=now)
        return _whose_turn_it_is(organization_id).filter(WAITING & due | _rested(now), held=False)
    return taken_by_hand(organization_id=organization_id, began_at=run.created_at, now=now).exclude(run=run)


def taken_by_hand(*, organization_id: int, began_at: datetime, now: datetime) -> QuerySet[Posting]:
    """What a manual or scheduled run takes that began then: for the run, and for whoever is asked before it begins."""
    return _whose_turn_it_is(organization_id).filter(WAITING | _rested(now), created_at__lte=began_at)


def _whose_turn_it_is(organization_id: int) -> QuerySet[Posting]:
    its_turn = Q(follows=None) | Q(follows__state=State.POSTED)
    return Posting.objects.filter(its_turn, organization_id=organization_id)


def _rested(now: datetime) -> Q:
    return Q(state=State.UNKNOWN, next_try_at__lte=now)


def claim(*, organization_id: int, run: Run, limit: int, now: datetime) -> list[Posting]:
    """Oldest first. The caller holds the organization's run lock, so nobody else takes the same ones."""
    rows = eligible(organization_id=organization_id, run=run, now=now)
    return list(rows.select_related("follows").order_by("created_at", "id")[:limit])


def commit_intents(
    *, claimed: Sequence[Posting], vouchers: Sequence[Voucher], mapping_version: int, run: Run, now: datetime
) -> list[Intent]:
    """Committed before the first byte leaves. A posting that was withdrawn since it was claimed is left out."""
    with transaction.atomic(durable=True):
        ids = [posting.pk for posting in claimed]
        locked = {
            row.pk: row for row in Posting.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        }
        pairs = _numbered(
            [
                (locked[posting.pk], voucher, posting.state == State.UNKNOWN)
                for posting, voucher in zip(claimed, vouchers, strict=True)
                if locked[posting.pk].state == posting.state
            ]
        )
        for row, voucher, is_frozen in pairs:
            _freeze(row, voucher, None if is_frozen else mapping_version, run)
        suspicion = doubt.current(now=now)
        Posting.objects.bulk_update(
            [row for row, _voucher, _is_frozen in pairs],
            FROZEN,
        )
        attempts = Attempt.objects.bulk_create(
            [_attempt(row, run, now) for row, _voucher, _is_frozen in pairs]
        )
    return [
        Intent(
            posting_id=row.pk,
            attempt_id=attempt.pk,
            number=row.attempts,
            voucher=voucher,
            doubtful=is_frozen or row.reason_code == REMOVED_THERE or suspicion.covers(row),
        )
        for (row, voucher, is_frozen), attempt in zip(pairs, attempts, strict=True)
    ]


def give_numbers(*, rows: Sequence[Posting]) -> None:
    """Each that has none gets one that no other posting of its organization has; the caller saves them.

    Nobody else gives any at the same time, because the caller holds the organization's run lock, or its restore.
    """
    new = [row for row in rows if row.number is None]
    wanted = {row.pk: list(islice(numbers_for(reference=row.reference), NUMBERS_TRIED)) for row in new}
    candidates = [number for numbers in wanted.values() for number in numbers]
    others = Posting.objects.filter(organization_id__in={row.organization_id for row in new})
    taken = set(others.filter(number__in=candidates).values_list("number", flat=True))
    for row in new:
        row.number = next(number for number in wanted[row.pk] if number not in taken)
        taken.add(row.number)


def release_held(*, organization_id: int) -> int:
    """A scheduled or manual run begins: what was held waits like everything else from now on."""
    held = Posting.objects.filter(organization_id=organization_id, held=True)
    _lock_in_order(held)
    return held.update(held=False)


def hold_backlog(*, organization_id: int) -> int:
    """The switch is turned on: what waited until now is for the next scheduled or manual run, not for an automatic one."""
    waiting = Posting.objects.filter(
        organization_id=organization_id, held=False, state__in=[State.PENDING, State.UNKNOWN]
    )
    _lock_in_order(waiting)
    return waiting.update(held=True)


def _lock_in_order(rows: QuerySet[Posting]) -> None:
    """Everybody who locks several postings takes them in the same order, or two of them could wait for each other."""
    list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))


def _numbered(pairs: Sequence[tuple[Posting, Voucher, bool]]) -> list[tuple[Posting, Voucher, bool]]:
    """What was frozen before keeps its voucher as it is."""
    give_numbers(rows=[row for row, _voucher, is_frozen in pairs if not is_frozen])
    return [
        (row, voucher if is_frozen else replace(voucher, number=row.number), is_frozen)
        for row, voucher, is_frozen in pairs
    ]


def _freeze(row: Posting, voucher: Voucher, mapping_version: int | None, run: Run) -> None:
    row.state, row.held, row.next_try_at, row.run = State.SENDING, False, None, run
    row.attempts += 1
    row.voucher, row.voucher_hash = voucher.as_json(), voucher.content_hash()
    if mapping_version is not None:
        row.mapping_version = mapping_version


def _attempt(row: Posting, run: Run, now: datetime) -> Attempt:
    return Attempt(posting=row, run=run, number=row.attempts, started_at=now, request_hash=row.voucher_hash)
