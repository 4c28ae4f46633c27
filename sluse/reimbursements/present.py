"""A reimbursement in the contract's shape."""

from collections.abc import Sequence
from typing import Any

from sluse.reimbursements.models import Line, Reimbursement
from sluse.sync import attachments
from sluse.sync.models import Attachment
from sluse.vouchers.voucher import kroner


def as_json(row: Reimbursement) -> dict[str, Any]:
    return many_as_json([row])[0]


def many_as_json(rows: Sequence[Reimbursement]) -> list[dict[str, Any]]:
    """With the receipts of all of them in one query."""
    receipts = attachments.of_versions(
        organization_ids={row.organization_id for row in rows},
        versions=[(row.external_id, row.version) for row in rows],
    )
    return [
        _whole(row, receipts.get((row.organization_id, row.external_id, row.version), [])) for row in rows
    ]


def attachment_as_json(row: Attachment) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": row.name,
        "media_type": row.media_type,
        "size": row.size_bytes,
        "original_name": row.original_name,
        "sha256": row.sha256,
        "created_at": row.created_at.isoformat(),
    }


def _whole(row: Reimbursement, receipts: Sequence[Attachment]) -> dict[str, Any]:
    claimant = {"number": row.claimant_number} | ({"name": row.claimant_name} if row.claimant_name else {})
    return {
        "id": str(row.pk),
        "external_id": row.external_id,
        "version": row.version,
        "claimant": claimant,
        "currency": row.currency,
        "total": str(kroner(row.total_ore)),
        "cost_centre": row.cost_centre or None,
        "project": row.project or None,
        "lines": [_line(line) for line in row.lines.all()],
        "status": row.status,
        "approved_by": row.approved_by or None,
        "approved_at": row.approved_at.isoformat() if row.approved_at else None,
        "posting_id": str(row.posting_id) if row.posting_id else None,
        "attachments": [attachment_as_json(receipt) for receipt in receipts],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "expense_type": line.expense_type,
        "date": line.date.isoformat(),
        "amount": str(kroner(line.amount_ore)),
        "text": line.text,
        "cost_centre": line.cost_centre or None,
        "project": line.project or None,
        "quantity": line.quantity or None,
        "unit": line.unit or None,
    }
