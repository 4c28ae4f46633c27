"""What a source system tells → checked content, or every field that is wrong. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from sluse.organizations.errors import FieldError
from sluse.reimbursements import personal_data
from sluse.vouchers import expense_types

LINES_MAX = 200
AMOUNT_ORE_MAX = 99_999_999_999
"""Just under a billion kroner: far above any reimbursement, far below what a field of an accounting system holds."""
OLDEST_DATE = date(2000, 1, 1)
FUTURE_DAYS_MAX = 366

AMOUNT_FORM = re.compile(r"(0|[1-9][0-9]{0,8})\.[0-9]{2}")
EXTERNAL_ID_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:~-]{0,99}")
CODE_FORM = re.compile(r"[A-Za-z0-9ÆØÅæøå][A-Za-z0-9ÆØÅæøå ._/-]{0,19}")
QUANTITY_FORM = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")

FIELDS = {"external_id", "claimant", "currency", "total", "cost_centre", "project", "lines"}
LINE_FIELDS = {"expense_type", "date", "amount", "text", "cost_centre", "project", "quantity", "unit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineContent:
    expense_type: str
    date: date
    amount_ore: int
    text: str
    cost_centre: str
    project: str
    quantity: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    external_id: str
    claimant_number: str
    claimant_name: str
    currency: str
    total_ore: int
    cost_centre: str
    project: str
    lines: tuple[LineContent, ...]

    def content_hash(self) -> str:
        """Tells whether the same id came again with the same content."""
        canonical = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, default=date.isoformat)
        return hashlib.sha256(canonical.encode()).hexdigest()


def read(data: Any, *, today: date) -> tuple[Content, list[FieldError]]:
    """The content is good only when no error came with it."""
    reader = _Reader(today)
    data = reader.dictionary(data, "", FIELDS)
    claimant = reader.dictionary(data.get("claimant"), "claimant", {"number", "name"})
    content = Content(
        external_id=reader.form(data, "external_id", "", EXTERNAL_ID_FORM, _external_id_help()),
        claimant_number=reader.form(claimant, "number", "claimant.", CODE_FORM, _code_help()),
        claimant_name=reader.text(claimant, "name", "claimant.", 200),
        currency=reader.currency(data),
        total_ore=reader.amount(data, "total", ""),
        cost_centre=reader.optional(data, "cost_centre", "", CODE_FORM, _code_help()),
        project=reader.optional(data, "project", "", CODE_FORM, _code_help()),
        lines=reader.lines(data.get("lines")),
    )
    if not reader.errors and sum(line.amount_ore for line in content.lines) != content.total_ore:
        reader.add("total", "sum_differs", _("The total is not the sum of the lines."))
    return content, reader.errors


class _Reader:
    """Reads once from top to bottom and collects what is wrong; a wrong field gets a harmless value."""

    def __init__(self, today: date) -> None:
        self.errors: list[FieldError] = []
        self._today = today

    def add(self, path: str, code: str, detail: str) -> None:
        self.errors.append(FieldError(path=path, code=code, detail=detail))

    def dictionary(self, value: Any, path: str, known: set[str]) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self.add(path, "object", _("This must be an object with named fields."))
            return {}
        for name in sorted(set(value) - known):
            self.add(f"{path}.{name}".lstrip("."), "unknown_field", _("There is no such field."))
        return value

    def lines(self, value: Any) -> tuple[LineContent, ...]:
        if not isinstance(value, list) or not 1 <= len(value) <= LINES_MAX:
            self.add("lines", "line_count", _("Send 1 to %(max)s lines.") % {"max": LINES_MAX})
            return ()
        return tuple(self._line(line, f"lines[{number}]") for number, line in enumerate(value))

    def _line(self, value: Any, path: str) -> LineContent:
        line, prefix = self.dictionary(value, path, LINE_FIELDS), f"{path}."
        name_form, name_help = expense_types.NAME_FORM, str(expense_types.NAME_HELP)
        return LineContent(
            expense_type=self.form(line, "expense_type", prefix, name_form, name_help),
            date=self._date(line, prefix),
            amount_ore=self.amount(line, "amount", prefix),
            text=self.text(line, "text", prefix, 250),
            cost_centre=self.optional(line, "cost_centre", prefix, CODE_FORM, _code_help()),
            project=self.optional(line, "project", prefix, CODE_FORM, _code_help()),
            quantity=self.optional(
                line, "quantity", prefix, QUANTITY_FORM, _('Write a number as text, as "31.5".')
            ),
            unit=self.text(line, "unit", prefix, 10),
        )

    def form(
        self, data: Mapping[str, Any], name: str, prefix: str, form: "re.Pattern[str]", explanation: str
    ) -> str:
        value = data.get(name)
        if value is None or value == "":
            self.add(prefix + name, "required", _("This is required. %(help)s") % {"help": explanation})
        elif not isinstance(value, str) or not form.fullmatch(value):
            self.add(prefix + name, "form", explanation)
        else:
            return value
        return ""

    def optional(
        self, data: Mapping[str, Any], name: str, prefix: str, form: "re.Pattern[str]", explanation: str
    ) -> str:
        return "" if data.get(name) in (None, "") else self.form(data, name, prefix, form, explanation)

    def currency(self, data: Mapping[str, Any]) -> str:
        if data.get("currency", "NOK") != "NOK":
            self.add("currency", "currency_unsupported", _("Only NOK can be posted."))
        return "NOK"

    def amount(self, data: Mapping[str, Any], name: str, prefix: str) -> int:
        """Text with two decimals; a JSON number would already have lost what makes it exact."""
        value = data.get(name)
        if not isinstance(value, str) or not AMOUNT_FORM.fullmatch(value):
            self.add(
                prefix + name, "amount_form", _('Write the amount as text with two decimals, as "310.00".')
            )
            return 0
        ore = int(value.replace(".", ""))
        if not 1 <= ore <= AMOUNT_ORE_MAX:
            self.add(prefix + name, "amount_range", _("The amount must be more than zero."))
        return ore

    def text(self, data: Mapping[str, Any], name: str, prefix: str, characters_max: int) -> str:
        value = data.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > characters_max or CONTROL_CHARACTERS.search(value):
            detail = _("Write plain text on one line, at most %(max)s characters.") % {"max": characters_max}
            self.add(prefix + name, "text_form", detail)
        elif personal_data.has_national_identity_number(value):
            detail = _("Leave out the national identity number. It is not needed here.")
            self.add(prefix + name, "national_identity_number", detail)
        else:
            return value.strip()
        return ""

    def _date(self, data: Mapping[str, Any], prefix: str) -> date:
        try:
            value = date.fromisoformat(data["date"]) if len(data["date"]) == len("2026-11-03") else None
        except (KeyError, TypeError, ValueError):
            value = None
        if value is None:
            self.add(f"{prefix}date", "date_form", _('Write the date as "2026-11-03".'))
            return self._today
        if not OLDEST_DATE <= value <= self._today + timedelta(days=FUTURE_DAYS_MAX):
            self.add(f"{prefix}date", "date_range", _("This date is too far away. Check the year."))
        return value


def _external_id_help() -> str:
    return _("Use 1 to 100 letters a to z, digits and . _ : ~ -; begin with a letter or digit.")


def _code_help() -> str:
    return _("Use 1 to 20 letters, digits, spaces and . _ / -; begin with a letter or digit.")
