"""Writing down what became of what was delivered: postings, and the log's rows, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import SYSTEM, Actor
from sluse.audit.models import Entry, Type
from sluse.connectors.base import Found
from sluse.connectors.models import Connector
from sluse.connectors.notices import Notice
from sluse.organizations.models import Organization
from sluse.sync import outcomes
from sluse.sync.models import REMOVED_THERE, Posting, State
from sluse.sync.outcomes import Result

FIELDS = [
    "state",
    "erp_id",
    "voucher_number",
    "reason_code",
    "reason_detail",
    "reason_link",
    "erp_message",
    "next_try_at",
    "posted_at",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Who asks what became of which delivered postings."""

    organization: Organization
    connector: Connector
    postings: Sequence[Posting]
    actor: Actor = SYSTEM


def write_down(
    *, question: Question, found: Mapping[str, Found], notices: Sequence[Notice], now: datetime
) -> None:
    """What is still waiting there stays as it is, without a row in the log. A notice gets its row once."""
    with transaction.atomic(durable=True):
        wanted = [posting.pk for posting in question.postings]
        locked = (
            Posting.objects.select_for_update().filter(pk__in=wanted, state=State.DELIVERED).order_by("pk")
        )
        changed = []
        for row in locked:
            there = found.get(row.reference)
            result = outcomes.of_found(found=there, total_ore=abs(row.total_ore)) if there else _gone()
            if result is not None and result.state is not State.DELIVERED:
                _apply(row, result, now)
                changed.append((row, result))
        Posting.objects.bulk_update([row for row, _result in changed], FIELDS)
        record.record_all(
            [
                *[_entry(question, row, result, now) for row, result in changed],
                *[_noticed(question, notice, now) for notice in _unknown(question, notices)],
            ]
        )


def _unknown(question: Question, notices: Sequence[Notice]) -> list[Notice]:
    """Neither in the log yet, nor about a voucher whose refusal is."""
    keys = [notice.key for notice in notices]
    entries = Entry.objects.of(organization_id=question.organization.pk).filter(type=Type.ATTEMPT)
    logged = set(entries.filter(details__notice__in=keys).values_list("details__notice", flat=True))
    postings = Posting.objects.filter(organization=question.organization, erp_id__in=keys)
    known = logged | set(postings.values_list("erp_id", flat=True))
    return [notice for notice in notices if notice.key not in known]


def _noticed(question: Question, notice: Notice, now: datetime) -> record.NewEntry:
    message = _("The accounting system reports an error that Sluse cannot tie to any voucher: %(words)s")
    return record.NewEntry(
        organization_id=question.organization.pk,
        organization_slug=question.organization.slug,
        type=Type.ATTEMPT,
        actor=question.actor,
        at=now,
        connector_kind=question.connector.kind,
        error=message % {"words": notice.words},
        details={"outcome": "noticed", "notice": notice.key},
    )


def _gone() -> Result:
    """Not in the staging any more, and not in the ledger: somebody took it out there."""
    return Result(
        state=State.FAILED,
        label="gone",
        definite=True,
        code=REMOVED_THERE,
        detail=_(
            "The voucher was delivered, and is now neither waiting in the accounting system nor in its ledger: somebody "
            "removed it there. Retry: it is looked up once more, and sent again if it is not there."
        ),
    )


def _apply(row: Posting, result: Result, now: datetime) -> None:
    row.state = result.state
    row.erp_id, row.voucher_number = result.erp_id, result.number
    row.reason_code, row.reason_detail, row.reason_link = result.code, result.detail, result.link
    row.erp_message = result.erp_message
    row.next_try_at = None
    row.posted_at = now if result.state is State.POSTED else None


def _entry(question: Question, row: Posting, result: Result, now: datetime) -> record.NewEntry:
    return record.NewEntry(
        organization_id=question.organization.pk,
        organization_slug=question.organization.slug,
        type=Type.ATTEMPT,
        actor=question.actor,
        at=now,
        connector_kind=question.connector.kind,
        new_state=result.state,
        run_id=row.run_id,
        posting_id=row.pk,
        request_hash=row.voucher_hash,
        error=result.erp_message or result.detail,
        retry_count=row.attempts - 1,
        details={
            "outcome": "followed_up",
            "reference": row.reference,
            "voucher_number": row.voucher_number,
        },
    )
