"""Reimbursements as a source system sends them."""

from typing import Any

from django.utils import timezone


def reimbursement(external_id: str = "R-1", **changed: Any) -> dict[str, Any]:
    line = {
        "expense_type": "mileage",
        "date": timezone.localdate().isoformat(),
        "amount": "155.00",
        "quantity": "31",
        "unit": "km",
    }
    return {
        "external_id": external_id,
        "claimant": {"number": "V00001", "name": "Ola Frivillig"},
        "currency": "NOK",
        "total": "310.00",
        "cost_centre": "10",
        "project": "4201",
        "lines": [line, line | {"expense_type": "toll", "text": "Bomring"}],
    } | changed


def approval(**changed: Any) -> dict[str, Any]:
    return {"approved_by": "leader@hlf.example", "approved_at": timezone.now().isoformat()} | changed
