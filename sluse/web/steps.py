"""The way to a connector that can be switched on, as a list of steps that are done or not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluse.connectors.base import Missing

SECTIONS = {
    "no_connector": "system",
    "settings_incomplete": "system",
    "not_tested": "test",
    "test_stale": "test",
    "test_failed": "test",
    "expense_type_unmapped": "mapping",
}
CREDENTIALS = "credentials"
LABELS: dict[str, str | Promise] = {
    "system": _("Choose the accounting system"),
    CREDENTIALS: _("Enter its credentials"),
    "test": _("Test the connection"),
    "mapping": _("Give every expense type in use an account"),
    "readiness": _("See to the rest"),
    "preview": _("Look at what would be sent"),
    "switch": _("Turn it on"),
}
MAPPED = ("account_", "vat_code_", "dimension_", "expense_type_")
"""How the codes of refusals begin that a change of the mapping can mend."""
ELSEWHERE = "readiness"
"""Something new that is missing is still shown, as it is said, on top of the list."""


class Standing(StrEnum):
    DONE = "done"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    section: str
    label: str
    standing: Standing
    details: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        return self.standing is Standing.DONE

    @property
    def is_next(self) -> bool:
        return self.standing is Standing.NEXT


def section_of(code: str) -> str:
    return SECTIONS.get(code, ELSEWHERE)


def section_mending(reason_code: str) -> str:
    """Where a refusal is mended when that is here; "" when only the accounting system can mend it."""
    if reason_code.startswith(MAPPED):
        return "mapping"
    return SECTIONS.get(reason_code, "")


def of(
    *, missing: Sequence[Missing], has_connector: bool, has_credentials: bool, has_mapping: bool
) -> list[Step]:
    """In their order. The first that is not done is next; the preview and the switch come when all before them are."""
    incomplete = CREDENTIALS if has_connector and not has_credentials else "system"
    left: dict[str, list[str]] = {section: [] for section in LABELS}
    for one in missing:
        left[incomplete if one.code == "settings_incomplete" else section_of(one.code)].append(one.detail)
    undone = {section for section, details in left.items() if details} | {"preview", "switch"}
    undone |= set() if has_credentials else {CREDENTIALS}
    undone |= set() if has_connector else {"test"}
    undone |= set() if has_mapping else {"mapping"}
    following = next(section for section in LABELS if section in undone)
    return [
        Step(
            section=section,
            label=str(label),
            standing=_standing(section, undone, following),
            details=tuple(left[section]),
        )
        for section, label in LABELS.items()
        if section != ELSEWHERE or left[section]
    ]


def _standing(section: str, undone: Collection[str], following: str) -> Standing:
    if section not in undone:
        return Standing.DONE
    return Standing.NEXT if section == following else Standing.LATER
