"""Taking in what source systems tell: one item or many, each whole or not at all, each once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from sluse.organizations.errors import ConflictError, InvalidError, SluseError
from sluse.organizations.models import Organization
from sluse.reimbursements import content as contents
from sluse.reimbursements.content import Content
from sluse.reimbursements.models import Line, Reimbursement
from sluse.vouchers import store

ITEMS_MAX = 1_000
FIRST_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """`status` as in HTTP: 201 taken in, 200 was here already, 409 other content under the same id, 422 wrong fields."""

    status: int
    reimbursement: Reimbursement | None = None
    error: SluseError | None = None


def submit(*, organization: Organization, items: Sequence[Any], now: datetime) -> list[Submitted]:
    """One answer per item, in order."""
    if len(items) > ITEMS_MAX:
        raise InvalidError(
            _("Send at most %(max)s reimbursements at once.") % {"max": ITEMS_MAX}, code="too_many"
        )
    today = now.astimezone(ZoneInfo(organization.time_zone)).date()
    read = [contents.read(item, today=today) for item in items]
    good = [content for content, errors in read if not errors]
    with transaction.atomic():
        created = _create(organization, _first_of_each(good), now)
        stored = _stored(organization, [content.external_id for content in good])
    answered: set[str] = set()
    return [_answer(content, errors, stored, created, answered) for content, errors in read]


def keep(*, organization: Organization, content: Content, version: int, now: datetime) -> Reimbursement:
    """A version after the first. The caller has locked the one before it."""
    row = _row(organization, content, now)
    row.version = version
    row.save(force_insert=True)
    lines = Line.objects.bulk_create(_lines(row, content))
    store.note_expense_types(organization=organization, names={line.expense_type for line in lines})
    return row


def _first_of_each(good: Sequence[Content]) -> list[Content]:
    first: dict[str, Content] = {}
    for content in good:
        first.setdefault(content.external_id, content)
    return list(first.values())


def _create(organization: Organization, good: Sequence[Content], now: datetime) -> set[str]:
    """Those that somebody else brings in at the same moment are left to them."""
    known = set(_stored(organization, [content.external_id for content in good]))
    new = {content.external_id: content for content in good if content.external_id not in known}
    rows = [
        _row(organization, new[external_id], now) for external_id in sorted(new)
    ]  # one order, no deadlock
    Reimbursement.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    ours = Reimbursement.objects.filter(organization=organization, pk__in=[row.pk for row in rows])
    created = list(ours.only("pk", "external_id"))
    lines = [line for row in created for line in _lines(row, new[row.external_id])]
    Line.objects.bulk_create(lines, batch_size=2_000)
    names = {line.expense_type for line in lines}
    store.note_expense_types(organization=organization, names=names)
    return {row.external_id for row in created}


def _stored(organization: Organization, external_ids: Sequence[str]) -> dict[str, Reimbursement]:
    rows = Reimbursement.objects.filter(
        organization=organization, external_id__in=external_ids, version=FIRST_VERSION
    ).prefetch_related("lines")
    return {row.external_id: row for row in rows}


def _answer(
    content: Content,
    errors: Sequence[Any],
    stored: Mapping[str, Reimbursement],
    created: set[str],
    answered: set[str],
) -> Submitted:
    if errors:
        error = InvalidError(
            _("The reimbursement was not taken in. Correct the fields named."), errors=errors
        )
        return Submitted(status=error.status, error=error)
    row = stored[content.external_id]
    if row.content_hash != content.content_hash():
        detail = _(
            "There is already a reimbursement %(id)s with other content. Nothing was changed. Use another id."
        )
        conflict = ConflictError(detail % {"id": content.external_id}, code="content_differs")
        return Submitted(status=conflict.status, error=conflict)
    is_new = content.external_id in created and content.external_id not in answered
    answered.add(content.external_id)
    return Submitted(status=201 if is_new else 200, reimbursement=row)


def _row(organization: Organization, content: Content, now: datetime) -> Reimbursement:
    return Reimbursement(
        organization=organization,
        external_id=content.external_id,
        version=FIRST_VERSION,
        claimant_number=content.claimant_number,
        claimant_name=content.claimant_name,
        currency=content.currency,
        total_ore=content.total_ore,
        cost_centre=content.cost_centre,
        project=content.project,
        content_hash=content.content_hash(),
        created_at=now,
    )


def _lines(row: Reimbursement, content: Content) -> list[Line]:
    return [
        Line(
            reimbursement_id=row.pk,
            position=position,
            expense_type=line.expense_type,
            date=line.date,
            amount_ore=line.amount_ore,
            text=line.text,
            cost_centre=line.cost_centre,
            project=line.project,
            quantity=line.quantity,
            unit=line.unit,
        )
        for position, line in enumerate(content.lines)
    ]
