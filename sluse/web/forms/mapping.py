"""The mapping as a table: one row for every expense type, with account, VAT code and dimensions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluse.vouchers import expense_types, suggesting
from sluse.vouchers.mapping import CODE_CHARACTERS_MAX, Mapping, PostingDate, Texts
from sluse.vouchers.suggesting import Account, Suggestion
from sluse.web.forms.base import Form

POSTING_DATES = {
    PostingDate.APPROVAL: gettext_lazy("The day it was approved"),
    PostingDate.EXPENSE: gettext_lazy("The day of the expense"),
}
TEXTS = {
    Texts.EXPENSE_TYPE: gettext_lazy("The expense type only"),
    Texts.LINE: gettext_lazy("Also what the claimant wrote (may be personal data)"),
}
_DIMENSION = re.compile(r"([^=,;\s]+)\s*=\s*([^=,;\s]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    name: str
    label: str
    in_use: bool
    suggestion: Suggestion | None
    account: forms.BoundField
    vat_code: forms.BoundField
    dimensions: forms.BoundField


class MappingForm(Form):
    def __init__(
        self, data: Any = None, *, mapping: Mapping, in_use: Sequence[str], accounts: Sequence[Account] = ()
    ) -> None:
        self._in_use, self._accounts = in_use, accounts
        self.is_mapped = mapping.version > 0
        self._names = sorted({*expense_types.STANDARD, *in_use, *mapping.expense_types}, key=self._place)
        super().__init__(data, initial=_initial(mapping))
        for name in self._names:
            self._add_row(name)
        self._add(
            "credit.account", _("Credit account"), _("Leave empty to credit each claimant's own ledger.")
        )
        self._add(
            "dimension_codes.cost_centre",
            _("Dimension for cost centre"),
            _("For example AVD. Empty: left out."),
        )
        self._add(
            "dimension_codes.project", _("Dimension for project"), _("For example PROSJEKT. Empty: left out.")
        )
        self._add_choice("posting_date", _("Posting date"), POSTING_DATES)
        self._add_choice("texts", _("Text on the voucher lines"), TEXTS)

    def rows(self) -> Iterator[Row]:
        for name in self._names:
            yield Row(
                name=name,
                label=expense_types.label(name),
                in_use=name in self._in_use,
                suggestion=suggesting.of(expense_type=name, accounts=self._accounts),
                account=self[f"expense_types.{name}.account"],
                vat_code=self[f"expense_types.{name}.vat_code"],
                dimensions=self[f"expense_types.{name}.dimensions"],
            )

    def with_suggestions(self) -> dict[str, str]:
        """What was written, and in empty rows the account that is suggested."""
        filled = dict(self.data.items())
        for row in self.rows():
            if row.suggestion and not filled.get(row.account.html_name, "").strip():
                filled[row.account.html_name] = row.suggestion.account.code
        return filled

    def general(self) -> Iterator[forms.BoundField]:
        names = (
            "credit.account",
            "dimension_codes.cost_centre",
            "dimension_codes.project",
            "posting_date",
            "texts",
        )
        return (self[name] for name in names)

    def content(self) -> dict[str, Any]:
        """The contract's shape; a row without any entry is an expense type that is not mapped."""
        values = self.cleaned_data
        types = {name: self._row_content(name) for name in self._names}
        return {
            "expense_types": {name: row for name, row in types.items() if any(row.values())},
            "credit": {"account": values["credit.account"] or None},
            "dimension_codes": {
                "cost_centre": values["dimension_codes.cost_centre"] or None,
                "project": values["dimension_codes.project"] or None,
            },
            "posting_date": values["posting_date"],
            "texts": values["texts"],
        }

    def field_of(self, path: str) -> str:
        """The domain names each dimension; here they share one field."""
        return re.sub(r"(\.dimensions)\..*", r"\1", path)

    def clean(self) -> dict[str, Any]:
        for name in self._names:
            field = f"expense_types.{name}.dimensions"
            text = self.cleaned_data.get(field, "")
            if _DIMENSION.sub("", text).strip(" ,;\t"):
                self.add_error(
                    field, _("Write each as CODE=VALUE with a comma between, such as AVD=10, PROSJEKT=4201.")
                )
        return self.cleaned_data

    def _row_content(self, name: str) -> dict[str, Any]:
        values = {part: self.cleaned_data[f"expense_types.{name}.{part}"] for part in ("account", "vat_code")}
        dimensions = dict(_DIMENSION.findall(self.cleaned_data[f"expense_types.{name}.dimensions"]))
        return {
            "account": values["account"],
            "vat_code": values["vat_code"] or None,
            "dimensions": dimensions,
        }

    def _place(self, name: str) -> tuple[bool, int, str]:
        """Those in use first, then in the order a travel claim has them, then the organization's own."""
        standard = list(expense_types.STANDARD)
        return name not in self._in_use, standard.index(name) if name in standard else len(standard), name

    def _add_row(self, name: str) -> None:
        words = {"expense_type": expense_types.label(name)}
        self._add(
            f"expense_types.{name}.account", _("Account for %(expense_type)s") % words, listed="accounts"
        )
        self._add(
            f"expense_types.{name}.vat_code", _("VAT code for %(expense_type)s") % words, listed="vat-codes"
        )
        self._add(
            f"expense_types.{name}.dimensions", _("Dimensions for %(expense_type)s") % words, longest=200
        )

    def _add(
        self,
        name: str,
        label: str,
        help_text: str = "",
        *,
        listed: str = "",
        longest: int = CODE_CHARACTERS_MAX,
    ) -> None:
        attributes = {"class": "ds-input codes", "autocomplete": "off", "spellcheck": "false"}
        if listed:
            attributes["list"] = listed
        widget = forms.TextInput(attrs=attributes)
        self.fields[name] = forms.CharField(
            label=label, help_text=help_text, required=False, max_length=longest, widget=widget
        )

    def _add_choice(self, name: str, label: str, choices: dict[Any, Any]) -> None:
        options = [(choice.value, words) for choice, words in choices.items()]
        widget = forms.Select(attrs={"class": "ds-input"})
        self.fields[name] = forms.ChoiceField(label=label, choices=options, widget=widget)


def _initial(mapping: Mapping) -> dict[str, str]:
    values = {
        "credit.account": mapping.credit_account or "",
        "dimension_codes.cost_centre": mapping.cost_centre_dimension or "",
        "dimension_codes.project": mapping.project_dimension or "",
        "posting_date": mapping.posting_date.value,
        "texts": mapping.texts.value,
    }
    for name, mapped in mapping.expense_types.items():
        values[f"expense_types.{name}.account"] = mapped.account
        values[f"expense_types.{name}.vat_code"] = mapped.vat_code or ""
        dimensions = ", ".join(f"{code}={value}" for code, value in mapped.dimensions.items())
        values[f"expense_types.{name}.dimensions"] = dimensions
    return values
