"""Approving: the fact and its place in the queue commit together, once."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from sluse.gate import read
from sluse.organizations.errors import ConflictError, FieldError, InvalidError
from sluse.organizations.models import Organization
from sluse.reimbursements import listing
from sluse.reimbursements.models import Reimbursement, Status
from sluse.sync import corrections, queue, wake
from sluse.sync.models import Posting, State
from sluse.vouchers.document import Document, DocumentLine

APPROVER_CHARACTERS_MAX = 254
CLOCK_DIFFERENCE_MAX = timedelta(days=1)


def approve(
    *, organization: Organization, external_id: str, approved_by: object, approved_at: object, now: datetime
) -> Reimbursement:
    """The newest version. Approving twice changes nothing, also when a correction came in between: who approved, and when,
    tells which version was meant. `held` is decided here: may the connector send at this very moment?"""
    who, when = _checked(approved_by, approved_at, now)
    with transaction.atomic():
        row = listing.get_reimbursement(organization=organization, external_id=external_id, for_update=True)
        if row.status == Status.WITHDRAWN:
            raise ConflictError(_("It was withdrawn and cannot be approved."), code="withdrawn")
        if row.status == Status.APPROVED:
            return row
        again = _approved_before(row, who, when)
        if again is not None:
            return again
        _refuse_self_approval(row, who)
        decision = read.decision(organization_id=organization.pk, now=now)
        row.approved_by, row.approved_at = who, when
        document, held = _document(row), not decision.allowed
        follows = corrections.make_way(organization=organization, document=document, held=held, now=now)
        posting = queue.enqueue(
            organization=organization, document=document, held=held, now=now, follows=follows
        )
        row.status, row.posting_id = Status.APPROVED, posting.pk
        row.save(update_fields=["status", "approved_by", "approved_at", "posting_id"])
        _withdraw_replaced(row)
        if decision.allowed:
            transaction.on_commit(lambda: wake.wake(organization_id=organization.pk))
    return row


def _checked(approved_by: object, approved_at: object, now: datetime) -> tuple[str, datetime]:
    errors = []
    who = approved_by.strip() if isinstance(approved_by, str) else ""
    if not 1 <= len(who) <= APPROVER_CHARACTERS_MAX:
        detail = _("Say who approved, in at most %(max)s characters.") % {"max": APPROVER_CHARACTERS_MAX}
        errors.append(FieldError(path="approved_by", code="required", detail=detail))
    when = _instant(approved_at)
    if when is None:
        detail = _('Write the time with its offset, as "2026-11-05T10:00:00+01:00".')
        errors.append(FieldError(path="approved_at", code="time_form", detail=detail))
    elif when > now + CLOCK_DIFFERENCE_MAX:
        detail = _("The approval lies in the future. Check the time.")
        errors.append(FieldError(path="approved_at", code="time_range", detail=detail))
    if errors or when is None:
        raise InvalidError(_("The reimbursement was not approved. Correct the fields named."), errors=errors)
    return who, when


def _instant(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else None
    try:
        parsed = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return parsed if parsed is not None and parsed.tzinfo else None


def _approved_before(row: Reimbursement, who: str, when: datetime) -> Reimbursement | None:
    earlier = Reimbursement.objects.filter(
        organization=row.organization_id,
        external_id=row.external_id,
        version__lt=row.version,
        approved_by=who,
        approved_at=when,
    )
    return earlier.order_by("-version").first()


def _withdraw_replaced(row: Reimbursement) -> None:
    """Earlier versions that were never sent and have made way."""
    taken_out = Posting.objects.filter(
        organization=row.organization_id, external_id=row.external_id, state=State.WITHDRAWN
    )
    earlier = Reimbursement.objects.filter(
        organization=row.organization_id, external_id=row.external_id, version__lt=row.version
    )
    replaced = earlier.filter(status=Status.APPROVED, posting_id__in=taken_out.values("pk"))
    replaced.update(status=Status.WITHDRAWN)


def _refuse_self_approval(row: Reimbursement, who: str) -> None:
    own = {name.casefold() for name in (row.claimant_number, row.claimant_name.strip()) if name}
    if who.casefold() in own:
        detail = _("Nobody approves what is owed to themselves. Somebody else must approve it.")
        error = FieldError(path="approved_by", code="self_approval", detail=detail)
        raise InvalidError(detail, code="self_approval", errors=[error])


def _document(row: Reimbursement) -> Document:
    """A line without a cost centre or project of its own takes the reimbursement's."""
    assert row.approved_at is not None
    return Document(
        external_id=row.external_id,
        version=row.version,
        claimant_number=row.claimant_number,
        currency=row.currency,
        total_ore=row.total_ore,
        approved_at=row.approved_at,
        lines=tuple(
            DocumentLine(
                expense_type=line.expense_type,
                date=line.date,
                amount_ore=line.amount_ore,
                text=line.text,
                cost_centre=line.cost_centre or row.cost_centre,
                project=line.project or row.project,
            )
            for line in row.lines.all()
        ),
    )
