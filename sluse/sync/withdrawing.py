"""Taking a posting out of the queue, as long as nothing of it was sent."""

from uuid import UUID

from django.utils.translation import gettext as _

from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization
from sluse.sync.models import Posting, State

NEVER_SENT = (State.PENDING, State.FAILED)
"""Waiting, or refused with nothing kept in the accounting system."""


def withdraw(*, organization: Organization, posting_id: UUID) -> Posting:
    """In the withdrawal's own transaction. Refused once anything may have been sent."""
    posting = Posting.objects.select_for_update().get(organization=organization, pk=posting_id)
    if posting.state == State.WITHDRAWN:
        return posting
    if not was_never_sent(posting=posting):
        detail = _(
            "It has already been sent, and a voucher is never deleted. Send the right content as a new version: POST to "
            "…/%(external_id)s/versions, and approve it. Sluse then reverses the voucher and posts the new one."
        )
        raise ConflictError(detail % {"external_id": posting.external_id}, code="already_sent")
    take_out(posting=posting)
    return posting


def was_never_sent(*, posting: Posting) -> bool:
    return posting.state in NEVER_SENT and not posting.erp_id


def take_out(*, posting: Posting) -> None:
    """Of one that was never sent, and that the caller has locked."""
    assert was_never_sent(posting=posting)
    posting.state, posting.held, posting.next_try_at = State.WITHDRAWN, False, None
    posting.save(update_fields=["state", "held", "next_try_at"])
