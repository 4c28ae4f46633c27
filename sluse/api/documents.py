"""What the bodies look like that the domain reads and checks itself. For the documentation alone."""

from typing import Any

from sluse.reimbursements import content, intake
from sluse.vouchers import expense_types


def _text(**more: Any) -> dict[str, Any]:
    return {"type": "string", **more}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "type": ["string", "null"]}


def _whole(form: str) -> str:
    return f"^{form}$"


MONEY = _text(pattern=_whole(content.AMOUNT_FORM.pattern), examples=["310.00"])
CODE = _text(maxLength=20, examples=["10"])
LINE = {
    "type": "object",
    "required": ["expense_type", "date", "amount"],
    "additionalProperties": False,
    "properties": {
        "expense_type": _text(pattern=_whole(expense_types.NAME_FORM.pattern), examples=["mileage"]),
        "date": _text(format="date"),
        "amount": MONEY,
        "text": _or_null(_text(maxLength=250)),
        "cost_centre": _or_null(CODE),
        "project": _or_null(CODE),
        "quantity": _or_null(_text(examples=["31"])),
        "unit": _or_null(_text(maxLength=10, examples=["km"])),
    },
}
REIMBURSEMENT: dict[str, Any] = {
    "type": "object",
    "required": ["external_id", "claimant", "total", "lines"],
    "additionalProperties": False,
    "properties": {
        "external_id": _text(pattern=_whole(content.EXTERNAL_ID_FORM.pattern), examples=["R-1"]),
        "claimant": {
            "type": "object",
            "required": ["number"],
            "additionalProperties": False,
            "properties": {
                "number": _text(maxLength=20, examples=["V00001"]),
                "name": _or_null(_text(maxLength=200)),
            },
        },
        "currency": {"type": "string", "enum": ["NOK"]},
        "total": MONEY,
        "cost_centre": _or_null(CODE),
        "project": _or_null(CODE),
        "lines": {"type": "array", "minItems": 1, "maxItems": content.LINES_MAX, "items": LINE},
    },
}
CORRECTION = REIMBURSEMENT | {"required": ["claimant", "total", "lines"]}
FILE = {
    "type": "object",
    "required": ["file"],
    "additionalProperties": False,
    "properties": {"file": {"type": "string", "format": "binary"}},
}
ONE_OR_MANY = {
    "oneOf": [REIMBURSEMENT, {"type": "array", "maxItems": intake.ITEMS_MAX, "items": REIMBURSEMENT}],
}
APPROVAL = {
    "type": "object",
    "required": ["approved_by", "approved_at"],
    "properties": {
        "approved_by": _text(maxLength=254, examples=["leader@hlf.example"]),
        "approved_at": _text(format="date-time"),
    },
}
MAPPING = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "expense_types": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["account"],
                "additionalProperties": False,
                "properties": {
                    "account": _text(minLength=1, maxLength=20, examples=["7100"]),
                    "vat_code": _or_null(CODE),
                    "dimensions": {"type": "object", "additionalProperties": CODE},
                },
            },
        },
        "credit": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"account": _or_null(CODE)},
        },
        "dimension_codes": {
            "type": "object",
            "properties": {"cost_centre": _or_null(CODE), "project": _or_null(CODE)},
        },
        "posting_date": {"type": "string", "enum": ["approval", "expense"]},
        "texts": {"type": "string", "enum": ["expense_type", "line"]},
        "version": {"type": "integer"},
    },
}
