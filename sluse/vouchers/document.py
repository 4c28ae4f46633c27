"""The reimbursement as sync and vouchers see it: what was approved, frozen, with nothing of how it was stored."""

import base64
import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Self

REFERENCE_CHARACTERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    expense_type: str
    date: date
    amount_ore: int
    text: str = ""
    cost_centre: str = ""
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    external_id: str
    version: int
    claimant_number: str
    currency: str
    total_ore: int
    approved_at: datetime
    lines: tuple[DocumentLine, ...]

    @property
    def expense_types(self) -> frozenset[str]:
        return frozenset(line.expense_type for line in self.lines)

    def as_json(self) -> dict[str, Any]:
        return json.loads(json.dumps(asdict(self), default=_iso))  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        lines = tuple(
            DocumentLine(**(line | {"date": date.fromisoformat(line["date"])})) for line in data["lines"]
        )
        return cls(**(data | {"approved_at": datetime.fromisoformat(data["approved_at"]), "lines": lines}))


def reference_for(*, organization_slug: str, external_id: str, version: int) -> str:
    """`R` and 16 base32 characters that follow from the reimbursement alone.

    A restored database therefore makes the same one again, and the longest document number any of the accounting
    systems takes (20 characters, [A-Z0-9]) holds it.
    """
    digest = hashlib.sha256("\n".join([organization_slug, external_id, str(version)]).encode()).digest()
    return "R" + base64.b32encode(digest).decode()[:REFERENCE_CHARACTERS]


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"A document cannot hold {type(value).__name__}.")
