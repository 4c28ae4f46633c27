"""The way to a connector that can be switched on, as a list of steps that are done or not."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sluse.connectors.base import Missing

SECTIONS = {
    "no_connector": "system",
    "settings_incomplete": "system",
    "not_tested": "test",
    "test_stale": "test",
    "test_failed": "test",
    "expense_type_unmapped": "mapping",
}
MAPPED = ("account_", "vat_code_", "dimension_", "expense_type_")
"""How the codes of refusals begin that a change of the mapping can mend."""
ELSEWHERE = "readiness"
"""Something new that is missing is still shown, as it is said, on top of the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    section: str
    label: str
    is_done: bool
    details: tuple[str, ...]


def section_of(code: str) -> str:
    return SECTIONS.get(code, ELSEWHERE)


def section_mending(reason_code: str) -> str:
    """Where a refusal is mended when that is here; "" when only the accounting system can mend it."""
    if reason_code.startswith(MAPPED):
        return "mapping"
    return SECTIONS.get(reason_code, "")


def of(*, missing: Sequence[Missing], has_connector: bool) -> list[Step]:
    steps = [
        _step("system", _("Accounting system and credentials"), missing),
        _step("test", _("Connection tested"), missing, possible=has_connector),
        _step("mapping", _("Accounts for every expense type in use"), missing),
    ]
    other = _step(ELSEWHERE, _("Other"), missing)
    return steps if other.is_done else [*steps, other]


def _step(section: str, label: str, missing: Sequence[Missing], *, possible: bool = True) -> Step:
    details = tuple(one.detail for one in missing if section_of(one.code) == section)
    return Step(section=section, label=label, is_done=possible and not details, details=details)
