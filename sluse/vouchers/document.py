"""The reimbursement as sync and vouchers see it: what was approved, frozen, with nothing of how it was stored."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Self


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


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"A document cannot hold {type(value).__name__}.")
