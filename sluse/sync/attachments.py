"""Receipts of an organization: kept, tied to their posting, shown, given another try. Only a download reads a file."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from sluse.organizations.errors import NotFoundError
from sluse.organizations.models import Organization
from sluse.sync.attachment_queue import THERE
from sluse.sync.models import BY_HAND, Attachment, AttachmentState, Posting, State

LEFT = (AttachmentState.WAITING, AttachmentState.SENDING, AttachmentState.UNKNOWN)
Version = tuple[str, int]
"""A reimbursement's external id and version."""


def keep(
    *,
    organization: Organization,
    external_id: str,
    version: int,
    number: int,
    posting_id: UUID | None,
    name: str,
    original_name: str,
    media_type: str,
    content: bytes,
    now: datetime,
) -> Attachment:
    """In the intake's own transaction. `posting_id` where the reimbursement is approved already."""
    return Attachment.objects.create(
        organization=organization,
        external_id=external_id,
        version=version,
        number=number,
        posting_id=posting_id,
        name=name,
        original_name=original_name,
        media_type=media_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        created_at=now,
    )


def tie(*, posting: Posting) -> None:
    """In the approval's own transaction: what came before it follows the same posting."""
    Attachment.objects.filter(
        organization=posting.organization_id, external_id=posting.external_id, version=posting.version
    ).update(posting=posting)


def of_version(*, organization: Organization, external_id: str, version: int) -> QuerySet[Attachment]:
    """The first one first, without their content."""
    rows = Attachment.objects.filter(organization=organization, external_id=external_id, version=version)
    return rows.defer("content").order_by("number")


def of_versions(
    *, organization_ids: set[int], versions: Sequence[Version]
) -> dict[tuple[int, str, int], list[Attachment]]:
    """Of many reimbursements in one query, by organization, external id and version."""
    named = {external_id for external_id, _version in versions}
    rows = Attachment.objects.filter(organization__in=organization_ids, external_id__in=named)
    found: dict[tuple[int, str, int], list[Attachment]] = {}
    for row in rows.defer("content").order_by("number"):
        found.setdefault((row.organization_id, row.external_id, row.version), []).append(row)
    return found


def of_postings(*, rows: QuerySet[Posting]) -> QuerySet[Posting]:
    """The same postings, each with its receipts at hand."""
    attachments = Attachment.objects.defer("content").order_by("number")
    return rows.prefetch_related(Prefetch("attachments", queryset=attachments))


def find(*, organization: Organization, external_id: str, attachment_id: UUID) -> Attachment:
    """With its content."""
    rows = Attachment.objects.filter(organization=organization, external_id=external_id)
    row = rows.filter(pk=attachment_id).first()
    if row is None:
        raise NotFoundError(_("There is no such receipt."))
    return row


def following(*, organization: Organization) -> QuerySet[Attachment]:
    """Those that have still to follow a voucher that is there, or may have followed it already. What was booked by hand
    gets its receipts by hand."""
    left = Attachment.objects.filter(organization=organization, state__in=LEFT, posting__state__in=THERE)
    return left.exclude(posting__reason_code=BY_HAND)


def retry(*, organization: Organization, ids: Sequence[UUID] | None) -> set[UUID]:
    """Refused ones wait again: those of the postings named, or all. Returns the postings that it concerns."""
    refused = Attachment.objects.select_for_update().filter(
        organization=organization, state=AttachmentState.REFUSED, posting__isnull=False
    )
    chosen = list(
        (refused if ids is None else refused.filter(posting__in=ids)).defer("content").order_by("pk")
    )
    _wait_again(chosen)
    return {row.posting_id for row in chosen if row.posting_id is not None}


def send_with_new_voucher(*, postings: Sequence[Posting]) -> None:
    """Vouchers that were taken out there and are sent anew take all their receipts along."""
    gone = Q(state=AttachmentState.ATTACHED) | Q(state=AttachmentState.REFUSED)
    new = [posting.pk for posting in postings if posting.state == State.PENDING]
    rows = Attachment.objects.select_for_update().filter(gone, posting__in=new)
    _wait_again(list(rows.defer("content").order_by("pk")))


def _wait_again(rows: Sequence[Attachment]) -> None:
    for row in rows:
        row.state, row.next_try_at, row.attached_at, row.erp_id = AttachmentState.WAITING, None, None, ""
        row.reason_code = row.reason_detail = row.erp_message = ""
    Attachment.objects.bulk_update(
        rows,
        ["state", "next_try_at", "attached_at", "erp_id", "reason_code", "reason_detail", "erp_message"],
    )
