"""What a person settles: a voucher that was booked by hand in the accounting system is not sent from here again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.organizations.errors import ConflictError, FieldError, InvalidError
from sluse.organizations.models import Organization
from sluse.sync import postings
from sluse.sync.models import BY_HAND, Posting, State

SETTLED = (State.FAILED, State.CONFLICT)
REASON_CHARACTERS_MAX = 400
NUMBER_CHARACTERS_MAX = 50


def book_by_hand(
    *,
    organization: Organization,
    posting_id: UUID,
    voucher_number: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Posting:
    """Only of what was refused or is in conflict: an unknown outcome is looked up first, and what waits is sent.

    Raises `InvalidError` for a missing number or reason, `ConflictError` "not_settled_by_hand" or "still_in_the_import".
    """
    number, words = voucher_number.strip(), reason.strip()
    _check(number, words)
    with transaction.atomic():
        found = postings.get_posting(organization=organization, posting_id=posting_id)
        posting = Posting.objects.select_for_update().get(pk=found.pk)
        if posting.state not in SETTLED:
            detail = _("Only a failed posting or a conflict can be marked as booked by hand.")
            raise ConflictError(detail, code="not_settled_by_hand")
        if posting.state == State.FAILED and posting.erp_id:
            detail = _(
                "It still lies in the accounting system's import and could be posted from there. Retry it, so that "
                "Sluse asks what became of it."
            )
            raise ConflictError(detail, code="still_in_the_import")
        before = posting.state
        posting.state, posting.posted_at, posting.next_try_at = State.POSTED, now, None
        posting.voucher_number, posting.erp_id = number, posting.erp_id or BY_HAND
        posting.reason_code, posting.reason_detail = BY_HAND, words
        posting.reason_link = posting.erp_message = ""
        posting.save()
        _log(organization, posting, before, actor, now)
    return posting


def _check(number: str, words: str) -> None:
    errors = []
    if not 1 <= len(number) <= NUMBER_CHARACTERS_MAX:
        errors.append(
            _error("voucher_number", _("Write the number of the voucher in the accounting system."))
        )
    if not 1 <= len(words) <= REASON_CHARACTERS_MAX:
        errors.append(
            _error("reason", _("Say why it was booked by hand. The reason is kept in the sync log."))
        )
    if errors:
        raise InvalidError(_("Correct the fields named. Nothing was changed."), errors=errors)


def _error(path: str, detail: str) -> FieldError:
    return FieldError(path=path, code="required", detail=detail)


def _log(organization: Organization, posting: Posting, before: str, actor: Actor, now: datetime) -> None:
    record.record(
        record.NewEntry(
            organization_id=organization.pk,
            organization_slug=organization.slug,
            type=Type.ATTEMPT,
            actor=actor,
            at=now,
            new_state=posting.state,
            reason=posting.reason_detail,
            posting_id=posting.pk,
            request_hash=posting.voucher_hash,
            details={"outcome": BY_HAND, "before": before, "voucher_number": posting.voucher_number},
        )
    )
