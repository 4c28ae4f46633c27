"""What the pages about reimbursements show."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluse.organizations import keyset
from sluse.organizations.models import Organization
from sluse.reimbursements import evidence, listing
from sluse.reimbursements.models import Reimbursement, Status
from sluse.sync import attachments, corrections, postings, preview, switching
from sluse.sync.attachment_models import AttachmentState
from sluse.sync.models import Posting, State
from sluse.web.health import Look
from sluse.web.queue_page import LOOKS

ROWS_PER_PAGE = 50
PREVIEWED_PER_PAGE = 20
LOOKED_AT_FOR_PROBLEMS = 100
"""The oldest in the queue, which go first. Building a voucher takes a moment."""

STATUS = {
    Status.SUBMITTED: Look(words=_("Submitted"), icon="clock", color="neutral"),
    Status.APPROVED: Look(words=_("Approved"), icon="check-circle", color="success"),
    Status.WITHDRAWN: Look(words=_("Withdrawn"), icon="off", color="neutral"),
}
RECEIPTS = {
    AttachmentState.WAITING: Look(words=_("Waiting"), icon="clock", color="info"),
    AttachmentState.SENDING: Look(words=_("Being sent"), icon="send", color="info"),
    AttachmentState.UNKNOWN: Look(words=_("Unknown outcome"), icon="hourglass", color="warning"),
    AttachmentState.ATTACHED: Look(words=_("Attached"), icon="check-circle", color="success"),
    AttachmentState.REFUSED: Look(words=_("Refused"), icon="attention", color="warning"),
}
OUTCOMES: dict[str, str | Promise] = {
    "": _("Under way, or broken off"),
    "posted": _("Posted"),
    "delivered": _("Delivered"),
    "adopted": _("Found in the accounting system"),
    "rejected": _("Refused"),
    "not_sent": _("Not sent"),
    "unknown": _("No clear answer"),
    "conflict": _("Conflict"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    reimbursement: Reimbursement
    look: Look
    posting: Look | None


def listing_context(organization: Organization, query: QueryDict) -> dict[str, Any]:
    status = query.get("status", "") if query.get("status", "") in Status.values else ""
    search = query.get("q", "").strip()
    rows = listing.list_reimbursements(organization=organization, status=status)
    rows = rows.filter(external_id__in=postings.spellings(search)) if search else rows
    shown, next_cursor = keyset.cut(
        rows=rows, order=keyset.NEWEST, cursor=query.get("cursor", ""), limit=ROWS_PER_PAGE
    )
    kept = query.copy()
    kept["cursor"] = next_cursor or ""
    return {
        "rows": _rows(organization, shown),
        "statuses": [(one.value, STATUS[one].words) for one in Status],
        "status": status,
        "search": search,
        "is_first_page": "cursor" not in query,
        "older": f"?{kept.urlencode()}" if next_cursor else "",
    }


def detail_context(organization: Organization, row: Reimbursement) -> dict[str, Any]:
    posting = evidence.posting_of(organization=organization, reimbursement=row)
    return {
        "reimbursement": row,
        "look": STATUS[Status(row.status)],
        "lines": list(row.lines.all()),
        "posting": posting,
        "posting_look": LOOKS[State(posting.state)] if posting else None,
        "can_retry": bool(posting) and posting.state in postings.RETRIED if posting else False,
        "can_book": bool(posting) and posting.state in {State.FAILED, State.CONFLICT} if posting else False,
        "item": preview.of_posting(organization=organization, posting=posting) if posting else None,
        "receipts": [
            (one, RECEIPTS[AttachmentState(one.state)])
            for one in attachments.of_version(
                organization=organization, external_id=row.external_id, version=row.version
            )
        ],
        "was_sent": bool(posting and posting.voucher),
        "attempts": [
            (one, OUTCOMES.get(one.outcome, one.outcome)) for one in evidence.attempts_of(posting=posting)
        ],
        "waits": corrections.waits_because(posting=posting) if posting else "",
        "versions": _versions(organization, row),
        "reversals": [
            (one, LOOKS[State(one.state)], corrections.waits_because(posting=one))
            for one in evidence.reversals_of(posting=posting)
        ],
        "entries": evidence.entries_of(organization=organization, posting=posting),
    }


def preview_context(organization: Organization, query: QueryDict, now: datetime) -> dict[str, Any]:
    """Also what is wrong with the oldest, by cause: the same cause seldom stops only one."""
    rows = preview.waiting(organization=organization)
    shown, next_cursor = keyset.cut(
        rows=rows, order=keyset.OLDEST, cursor=query.get("cursor", ""), limit=PREVIEWED_PER_PAGE
    )
    looked_at = preview.dry_run(organization=organization, postings_max=LOOKED_AT_FOR_PROBLEMS)
    problems = Counter(problem.detail for item in looked_at.items for problem in item.problems)
    return {
        "now": now,
        "tried": preview.of_postings(organization=organization, postings=shown),
        "problems": problems.most_common(),
        "looked_at": LOOKED_AT_FOR_PROBLEMS,
        "backlog": switching.backlog(organization=organization, now=now),
        "is_first_page": "cursor" not in query,
        "newer": f"?cursor={next_cursor}" if next_cursor else "",
    }


def _versions(organization: Organization, row: Reimbursement) -> list[Row]:
    """Only where there is more than one."""
    versions = listing.versions_of(organization=organization, external_id=row.external_id)
    found = list(versions)
    return _rows(organization, found) if len(found) > 1 else []


def _rows(organization: Organization, shown: list[Reimbursement]) -> list[Row]:
    ids = [row.posting_id for row in shown if row.posting_id]
    found: dict[Any, Posting] = {
        posting.pk: posting for posting in Posting.objects.filter(organization=organization, pk__in=ids)
    }
    return [
        Row(
            reimbursement=row,
            look=STATUS[Status(row.status)],
            posting=LOOKS[State(found[row.posting_id].state)] if row.posting_id in found else None,
        )
        for row in shown
    ]
