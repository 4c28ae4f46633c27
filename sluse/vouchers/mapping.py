"""Expense type → account, VAT code, dimensions. Pure: parsing says every problem at once."""

from collections.abc import Mapping as ReadOnly
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from sluse.organizations.errors import FieldError
from sluse.vouchers import expense_types

CODE_CHARACTERS_MAX = 20
EXPENSE_TYPES_MAX = 200

Choice = TypeVar("Choice", bound=StrEnum)


class PostingDate(StrEnum):
    """Which day, in the organization's time zone, a voucher is posted on."""

    APPROVAL = "approval"
    EXPENSE = "expense"


class Texts(StrEnum):
    """What a voucher line says: the expense type alone, or also what the claimant wrote (may be personal data)."""

    EXPENSE_TYPE = "expense_type"
    LINE = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpenseTypeMapping:
    account: str
    vat_code: str | None = None
    dimensions: ReadOnly[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """`credit_account` None: the claimant's own ledger. `*_dimension`: the ERP's dimension code, or None to leave it out."""

    version: int = 0
    expense_types: ReadOnly[str, ExpenseTypeMapping] = field(default_factory=dict)
    credit_account: str | None = None
    cost_centre_dimension: str | None = None
    project_dimension: str | None = None
    posting_date: PostingDate = PostingDate.APPROVAL
    texts: Texts = Texts.EXPENSE_TYPE

    def as_json(self) -> dict[str, Any]:
        """The contract's shape; the version is added by the caller who shows it."""
        return {
            "expense_types": {name: asdict(mapped) for name, mapped in sorted(self.expense_types.items())},
            "credit": {"account": self.credit_account},
            "dimension_codes": {"cost_centre": self.cost_centre_dimension, "project": self.project_dimension},
            "posting_date": self.posting_date.value,
            "texts": self.texts.value,
        }


def from_json(content: Any, *, version: int = 0) -> tuple[Mapping, list[FieldError]]:
    """The mapping, and everything that is wrong with `content`; what is wrong is left out of the mapping."""
    errors = _Errors()
    content = errors.dictionary(content, "")
    errors.unknown(
        content, "", {"expense_types", "credit", "dimension_codes", "posting_date", "texts", "version"}
    )
    types = errors.dictionary(content.get("expense_types", {}), "expense_types")
    if len(types) > EXPENSE_TYPES_MAX:
        errors.add(
            "expense_types", "too_many", _("Map at most %(max)s expense types.") % {"max": EXPENSE_TYPES_MAX}
        )
    credit = errors.dictionary(content.get("credit") or {}, "credit")
    codes = errors.dictionary(content.get("dimension_codes") or {}, "dimension_codes")
    mapping = Mapping(
        version=version,
        expense_types={name: _expense_type(name, data, errors) for name, data in types.items()},
        credit_account=errors.code(credit.get("account"), "credit.account"),
        cost_centre_dimension=errors.code(codes.get("cost_centre"), "dimension_codes.cost_centre"),
        project_dimension=errors.code(codes.get("project"), "dimension_codes.project"),
        posting_date=errors.choice(content.get("posting_date", "approval"), "posting_date", PostingDate),
        texts=errors.choice(content.get("texts", "expense_type"), "texts", Texts),
    )
    return mapping, errors.found


def _expense_type(name: str, data: Any, errors: "_Errors") -> ExpenseTypeMapping:
    path = f"expense_types.{name}"
    if not expense_types.NAME_FORM.fullmatch(name):
        errors.add(path, "expense_type_name", str(expense_types.NAME_HELP))
    data = errors.dictionary(data, path)
    errors.unknown(data, path, {"account", "vat_code", "dimensions"})
    account = errors.code(data.get("account"), f"{path}.account")
    if account is None:
        errors.add(f"{path}.account", "required", _("Name an account."))
    dimensions = errors.dictionary(data.get("dimensions") or {}, f"{path}.dimensions")
    values = {code: errors.code(value, f"{path}.dimensions.{code}") for code, value in dimensions.items()}
    return ExpenseTypeMapping(
        account=account or "",
        vat_code=errors.code(data.get("vat_code"), f"{path}.vat_code"),
        dimensions={code.strip().upper(): value for code, value in sorted(values.items()) if value},
    )


class _Errors:
    """Collects what is wrong while the content is read once, from top to bottom."""

    def __init__(self) -> None:
        self.found: list[FieldError] = []

    def add(self, path: str, code: str, detail: str) -> None:
        self.found.append(FieldError(path=path, code=code, detail=detail))

    def dictionary(self, value: Any, path: str) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self.add(path, "object", _("This must be an object with named fields."))
        return {}

    def unknown(self, value: dict[str, Any], path: str, known: set[str]) -> None:
        for name in sorted(set(value) - known):
            self.add(f"{path}.{name}".lstrip("."), "unknown_field", _("There is no such field."))

    def code(self, value: Any, path: str) -> str | None:
        if value is None or value == "":
            return None
        if not isinstance(value, str) or not 1 <= len(value.strip()) <= CODE_CHARACTERS_MAX:
            detail = _("Write the code as text of at most %(max)s characters.") % {"max": CODE_CHARACTERS_MAX}
            self.add(path, "code_form", detail)
            return None
        return value.strip()

    def choice(self, value: Any, path: str, choices: type[Choice]) -> Choice:
        try:
            return choices(value)
        except ValueError:
            detail = _("Choose one of: %(choices)s.") % {"choices": ", ".join(choices)}
            self.add(path, "choice", detail)
            return next(iter(choices))
