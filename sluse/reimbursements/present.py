"""A reimbursement in the contract's shape."""

from typing import Any

from sluse.reimbursements.models import Line, Reimbursement
from sluse.vouchers.voucher import kroner


def as_json(row: Reimbursement) -> dict[str, Any]:
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
