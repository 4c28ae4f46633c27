"""Withdrawing, as long as nothing was sent."""

from datetime import datetime

from django.db import transaction

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.organizations.models import Organization
from sluse.reimbursements import listing
from sluse.reimbursements.models import Reimbursement, Status
from sluse.sync import corrections, withdrawing


def withdraw(*, organization: Organization, external_id: str, actor: Actor, now: datetime) -> Reimbursement:
    """The newest version; of a correction, the version before it stands again. Withdrawing twice changes nothing.

    Raises `ConflictError` already_sent.
    """
    with transaction.atomic():
        row = listing.get_reimbursement(organization=organization, external_id=external_id, for_update=True)
        if row.status == Status.WITHDRAWN:
            return row
        if row.posting_id:
            posting = withdrawing.withdraw(organization=organization, posting_id=row.posting_id)
            corrections.take_back(organization=organization, posting=posting)
        row.status = Status.WITHDRAWN
        row.save(update_fields=["status"])
        record.record(
            record.NewEntry(
                organization_id=organization.pk,
                organization_slug=organization.slug,
                type=Type.WITHDRAWAL,
                actor=actor,
                at=now,
                new_state=Status.WITHDRAWN,
                posting_id=row.posting_id,
                details={"external_id": row.external_id},
            )
        )
    return row
