"""The ERP-neutral document. It balances to the øre, or it does not exist."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self


class UnbalancedVoucherError(ValueError):
    """The lines of a voucher do not sum to zero øre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherLine:
    """One line: debit positive, credit negative. `account` is None on the line that credits the claimant's own ledger."""

    account: str | None
    amount_ore: int
    text: str
    date: date
    vat_code: str | None = None
    dimensions: tuple[tuple[str, str], ...] = ()

    @property
    def amount(self) -> Decimal:
        return kroner(self.amount_ore)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """`reference` is ours, 17 characters of [A-Z0-9], and the same for every attempt of one reimbursement version. So is
    `number`, for accounting systems that want digits; it is given with the intent to send, None before. `reverses` is the
    reference of the voucher that this one takes back, line by line with the other sign."""

    reference: str
    claimant_number: str
    currency: str
    posting_date: date
    document_date: date
    text: str
    lines: tuple[VoucherLine, ...]
    number: int | None = None
    reverses: str | None = None

    def __post_init__(self) -> None:
        difference_ore = sum(line.amount_ore for line in self.lines)
        if difference_ore:
            raise UnbalancedVoucherError(
                f"Voucher {self.reference} is out of balance by {difference_ore} øre."
            )

    @property
    def debits(self) -> tuple[VoucherLine, ...]:
        return tuple(line for line in self.lines if line.amount_ore > 0)

    @property
    def credits(self) -> tuple[VoucherLine, ...]:
        return tuple(line for line in self.lines if line.amount_ore < 0)

    @property
    def spent(self) -> tuple[VoucherLine, ...]:
        """The lines on what was paid for; a reversal credits them."""
        return self.credits if self.reverses else self.debits

    @property
    def owed(self) -> tuple[VoucherLine, ...]:
        return self.debits if self.reverses else self.credits

    @property
    def total_ore(self) -> int:
        return sum(line.amount_ore for line in self.debits)

    @property
    def total(self) -> Decimal:
        return kroner(self.total_ore)

    def as_json(self) -> dict[str, Any]:
        """The frozen form: what is stored with the posting and hashed."""
        return json.loads(json.dumps(asdict(self), default=str))  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        lines = tuple(_line_from_json(line) for line in data["lines"])
        dates = {name: date.fromisoformat(data[name]) for name in ("posting_date", "document_date")}
        return cls(**(data | dates | {"lines": lines}))

    def content_hash(self) -> str:
        canonical = json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def kroner(amount_ore: int) -> Decimal:
    return Decimal(amount_ore).scaleb(-2)


def _line_from_json(data: dict[str, Any]) -> VoucherLine:
    dimensions = tuple((code, value) for code, value in data["dimensions"])
    return VoucherLine(**(data | {"date": date.fromisoformat(data["date"]), "dimensions": dimensions}))
