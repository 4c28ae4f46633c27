"""What is missing before an organization's switch can be turned on."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sluse.connectors import configure
from sluse.connectors.base import Missing
from sluse.connectors.models import Connector
from sluse.gate import restored
from sluse.organizations.models import Organization
from sluse.vouchers import expense_types, store
from sluse.vouchers.mapping import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What is set up, and what it lacks. `missing` empty means ready."""

    row: Connector | None
    mapping: Mapping
    in_use: list[str]
    missing: list[Missing]

    @property
    def unknown_accounts(self) -> list[str]:
        """Accounts of the mapping that the last test did not find; a warning, for the chart may have grown since."""
        known = {entry["code"] for entry in self.row.chart.get("accounts", [])} if self.row else set()
        mapped = {one.account for one in self.mapping.expense_types.values()}
        return sorted(mapped - known) if known else []


def missing(*, organization: Organization) -> list[Missing]:
    return of(organization=organization).missing


def of(*, organization: Organization) -> Readiness:
    """Read afresh each time: nothing here is remembered."""
    row = configure.find(organization=organization)
    mapping = store.current(organization=organization)
    in_use = store.expense_types_in_use(organization=organization)
    found = configure.missing(row=row)
    if restored.open_hold(organization=organization) is not None:
        detail = _("Sluse was restored from a backup. Compare with the accounting system, then release.")
        found.append(Missing(code="restored", detail=detail))
    for name in (name for name in in_use if name not in mapping.expense_types):
        label = expense_types.label(name)
        detail = _("The expense type %(label)s is in use and has no account. Add it to the mapping.")
        found.append(Missing(code="expense_type_unmapped", detail=detail % {"label": label}))
    return Readiness(row=row, mapping=mapping, in_use=in_use, missing=found)
