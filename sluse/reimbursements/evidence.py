"""Everything that is known of one reimbursement version, for an auditor to keep: the fact, the voucher, the tries, and the
log rows with the hashes that tie them to the chain."""

from datetime import datetime
from typing import Any

from sluse.audit import export
from sluse.audit.models import Entry
from sluse.organizations.models import Organization
from sluse.reimbursements import present
from sluse.reimbursements.models import Reimbursement
from sluse.sync.models import Attempt, Posting


def of(*, organization: Organization, reimbursement: Reimbursement, now: datetime) -> dict[str, Any]:
    """JSON-ready. The hash of a log row covers the hash before it: `sluse log verify` checks the whole chain."""
    posting = posting_of(organization=organization, reimbursement=reimbursement)
    return {
        "organization": {"slug": organization.slug, "name": organization.name},
        "made_at": now.isoformat(),
        "reimbursement": present.as_json(reimbursement),
        "posting": _posting(posting) if posting else None,
        "attempts": [_attempt(attempt) for attempt in attempts_of(posting=posting)],
        "reversals": [_posting(one) for one in reversals_of(posting=posting)],
        "log": [_entry(entry) for entry in entries_of(organization=organization, posting=posting)],
    }


def posting_of(*, organization: Organization, reimbursement: Reimbursement) -> Posting | None:
    if reimbursement.posting_id is None:
        return None
    return Posting.objects.filter(organization=organization, pk=reimbursement.posting_id).first()


def reversals_of(*, posting: Posting | None) -> list[Posting]:
    """More than one where a correction was withdrawn before anything of it was sent."""
    return list(posting.followers.filter(is_reversal=True).order_by("created_at")) if posting else []


def attempts_of(*, posting: Posting | None) -> list[Attempt]:
    return list(posting.attempt_rows.order_by("number")) if posting else []


def entries_of(*, organization: Organization, posting: Posting | None) -> list[Entry]:
    """Oldest first."""
    if posting is None:
        return []
    entries = Entry.objects.of(organization_id=organization.pk).filtered(posting_id=posting.pk)
    return list(entries.order_by("sequence"))


def _posting(posting: Posting) -> dict[str, Any]:
    return {
        "id": str(posting.pk),
        "state": posting.state,
        "reference": posting.reference,
        "voucher": posting.voucher,
        "voucher_hash": posting.voucher_hash,
        "mapping_version": posting.mapping_version,
        "erp_id": posting.erp_id,
        "voucher_number": posting.voucher_number,
        "posted_at": posting.posted_at.isoformat() if posting.posted_at else None,
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "started_at": attempt.started_at.isoformat(),
        "finished_at": attempt.finished_at.isoformat() if attempt.finished_at else None,
        "request_hash": attempt.request_hash,
        "response_code": attempt.response_code,
        "outcome": attempt.outcome,
        "error": attempt.error,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return export.as_row(entry) | {"previous_hash": entry.previous_hash}
