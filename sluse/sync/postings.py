"""Looking at postings, and giving failed ones another try."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.gate import read
from sluse.organizations.errors import NotFoundError
from sluse.organizations.models import Organization
from sluse.sync import attachments, outage, wake
from sluse.sync.causes import Cause
from sluse.sync.models import Attempt, Posting, State

FOUND_MAX = 200
"""Of one number there are few: its versions and their reversals."""
RETRIED = (State.PENDING, State.FAILED, State.CONFLICT)


def list_postings(*, organization: Organization, state: str = "") -> QuerySet[Posting]:
    mine = Posting.objects.filter(organization=organization).select_related("follows")
    mine = mine.order_by("-created_at", "-id")
    postings = attachments.of_postings(rows=mine)
    return postings.filter(state=state) if state else postings


def get_posting(*, organization: Organization, posting_id: UUID) -> Posting:
    mine = Posting.objects.filter(organization=organization).select_related("follows")
    rows = attachments.of_postings(rows=mine)
    posting = rows.filter(pk=posting_id).first()
    if posting is None:
        raise NotFoundError(_("There is no such posting."))
    return posting


def search(*, organization: Organization, rows: QuerySet[Posting], text: str) -> QuerySet[Posting]:
    """By the source's number, our reference or the voucher's number in the accounting system: each has its index."""
    spelled = spellings(text)
    named = Q(external_id__in=spelled) | Q(reference__in=spelled) | Q(voucher_number__in=spelled)
    found = Posting.objects.filter(named, organization=organization)
    return rows.filter(pk__in=list(found.values_list("pk", flat=True)[:FOUND_MAX]))


def spellings(text: str) -> set[str]:
    """As it was typed, and in large and small letters: whoever copies a number from a letter cannot know which."""
    return {text, text.upper(), text.lower()}


def external_ids(*, organization: Organization, posting_ids: Collection[UUID]) -> dict[UUID | None, str]:
    """Which reimbursement each is of."""
    rows = Posting.objects.filter(organization=organization, pk__in=posting_ids)
    return dict(rows.values_list("pk", "external_id")) if posting_ids else {}


def attempts_of(*, posting: Posting) -> QuerySet[Attempt]:
    """First to last, each with what was said to the accounting system and answered."""
    return Attempt.objects.filter(posting=posting).select_related("conversation").order_by("number")


def retry(
    *,
    organization: Organization,
    actor: Actor,
    now: datetime,
    ids: Sequence[UUID] | None = None,
    all_failed: bool = False,
    cause: Cause | None = None,
) -> int:
    """What `ids` name, every failed one, or those of one cause.

    Failed ones become pending again, and waiting ones need not wait longer. While the switch is off they are held.
    What failed in the accounting system's own staging is delivered again, and asked about. Refused
    receipts of what `ids` name wait again, or all of them.

    A conflict is looked up anew, now that a person has settled it in the accounting system. An unknown outcome is never
    among them: its quarantine cannot be shortened by impatience.
    """
    with transaction.atomic():
        is_open = read.decision(organization_id=organization.pk, now=now).allowed
        chosen = Posting.objects.select_for_update().filter(organization=organization)
        rows = list(chosen.filter(_named(ids, all_failed, cause)).order_by("pk"))
        for row in rows:
            _give_another_try(row, is_open=is_open, now=now)
        Posting.objects.bulk_update(rows, ["state", "held", "next_try_at"], batch_size=1_000)
        attachments.send_with_new_voucher(postings=rows)
        of_receipts = attachments.retry(organization=organization, ids=None if all_failed else ids or [])
        retried = {row.pk for row in rows} | of_receipts
        if retried:
            outage.hurry(organization=organization, now=now)
            _log(organization, actor, now, len(retried))
        transaction.on_commit(lambda: wake.wake(organization_id=organization.pk))
    return len(retried)


def _named(ids: Sequence[UUID] | None, all_failed: bool, cause: Cause | None) -> Q:  # noqa: FBT001 - as retry has it
    failed = Q(state=State.FAILED)
    if cause:
        return failed & Q(reason_code=cause.code, reason_detail=cause.detail)
    return failed if all_failed else Q(pk__in=ids or [], state__in=RETRIED)


def _give_another_try(row: Posting, *, is_open: bool, now: datetime) -> None:
    """What may be in the accounting system, or failed in its staging, is asked about first and never sent beside itself."""
    if row.state == State.FAILED and row.erp_id:
        row.state, row.next_try_at = State.DELIVERED, now
        return
    row.held = not is_open or (row.held and row.state == State.PENDING)
    if row.state == State.CONFLICT:
        row.state, row.next_try_at = State.UNKNOWN, now
    else:
        row.state, row.next_try_at = State.PENDING, None


def _log(organization: Organization, actor: Actor, now: datetime, count: int) -> None:
    record.record(
        record.NewEntry(
            organization_id=organization.pk,
            organization_slug=organization.slug,
            type=Type.RETRY,
            actor=actor,
            at=now,
            new_state=State.PENDING,
            details={"postings": count},
        )
    )
