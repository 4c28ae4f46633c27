"""Correcting what was approved before: what was never sent makes way, what was sent is reversed by a voucher of its own.

The new version follows the reversal, and the reversal what it reverses: nothing is sent before what it follows is posted, so
that the ledger never holds the reversal without its voucher, nor two versions at once.
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import SYSTEM
from sluse.audit.models import Type
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization
from sluse.sync import withdrawing
from sluse.sync.models import Posting, State
from sluse.sync.withdrawing import NEVER_SENT
from sluse.vouchers.document import Document
from sluse.vouchers.reference import reference_for

WAITS = "waits_for_earlier"


def make_way(*, organization: Organization, document: Document, held: bool, now: datetime) -> Posting | None:
    """In the transaction of a new version's approval. Returns what the new version's posting must follow, if anything."""
    rows = Posting.objects.select_for_update().filter(
        organization=organization, external_id=document.external_id, is_reversal=False
    )
    earlier = rows.exclude(state=State.WITHDRAWN).order_by("-version").first()
    if earlier is None:
        return None
    if withdrawing.was_never_sent(posting=earlier):
        _replaced(organization, earlier, now)
        return earlier.follows
    return _reversal_of(earlier) or _reverse(organization, earlier, document, held=held, now=now)


def take_back(*, organization: Organization, posting: Posting) -> None:
    """In the transaction of a correction's withdrawal: its reversal is not made either, and the earlier version stands.

    Raises `ConflictError` already_sent when the reversal may have been sent.
    """
    if posting.follows_id is None:
        return
    reversal = Posting.objects.select_for_update().get(organization=organization, pk=posting.follows_id)
    if not withdrawing.was_never_sent(posting=reversal):
        detail = _(
            "The earlier version has been reversed already, or is being reversed. Send the right content as a new version: "
            "POST to …/%(external_id)s/versions, and approve it."
        )
        raise ConflictError(detail % {"external_id": posting.external_id}, code="already_sent")
    withdrawing.take_out(posting=reversal)


def settle(*, organization: Organization, now: datetime) -> int:
    """What was corrected while nobody knew whether it had been sent, and turned out not to be, makes way now.

    The caller holds the organization's run lock: nobody sends any of them meanwhile.
    """
    with transaction.atomic(durable=True):
        reversals = Posting.objects.filter(
            organization=organization,
            is_reversal=True,
            state__in=NEVER_SENT,
            follows__state__in=NEVER_SENT,
            follows__erp_id="",
        )
        found = list(reversals.values_list("pk", "follows_id"))
        ids = [pk for pair in found for pk in pair]
        locked = {
            row.pk: row for row in Posting.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        }
        settled = [(locked[one], locked[other]) for one, other in found]
        settled = [pair for pair in settled if all(withdrawing.was_never_sent(posting=one) for one in pair)]
        for reversal, earlier in settled:
            Posting.objects.filter(follows=reversal).update(follows=earlier.follows_id)
            withdrawing.take_out(posting=reversal)
            _replaced(organization, earlier, now)
    return len(settled)


def waits_because(*, posting: Posting) -> str:
    """Why a posting that follows another is not sent yet; empty when it may be."""
    if posting.state != State.PENDING or posting.follows is None or posting.follows.state == State.POSTED:
        return ""
    if posting.is_reversal:
        return _("It waits until the voucher that it reverses is posted.")
    return _("It waits until the earlier version is reversed.")


def _reversal_of(posting: Posting) -> Posting | None:
    return posting.followers.filter(is_reversal=True).exclude(state=State.WITHDRAWN).first()


def _reverse(
    organization: Organization, earlier: Posting, document: Document, *, held: bool, now: datetime
) -> Posting:
    reversed_document = replace(Document.from_json(earlier.document), approved_at=document.approved_at)
    return Posting.objects.create(
        organization=organization,
        external_id=earlier.external_id,
        version=earlier.version,
        reference=reference_for(
            organization_slug=organization.slug,
            external_id=earlier.external_id,
            version=document.version,
            is_reversal=True,
        ),
        document=reversed_document.as_json(),
        total_ore=-earlier.total_ore,
        held=held,
        follows=earlier,
        is_reversal=True,
        created_at=now,
    )


def _replaced(organization: Organization, earlier: Posting, now: datetime) -> None:
    withdrawing.take_out(posting=earlier)
    record.record(
        record.NewEntry(
            organization_id=organization.pk,
            organization_slug=organization.slug,
            type=Type.WITHDRAWAL,
            actor=SYSTEM,
            at=now,
            new_state=State.WITHDRAWN,
            posting_id=earlier.pk,
            details={"external_id": earlier.external_id, "version": earlier.version, "replaced": True},
        )
    )
