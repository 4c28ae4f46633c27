"""What is missing before an organization's switch can be turned on."""

from django.utils.translation import gettext as _

from sluse.connectors import configure
from sluse.connectors.base import Missing
from sluse.gate import restored
from sluse.organizations.models import Organization
from sluse.vouchers import expense_types, store


def missing(*, organization: Organization) -> list[Missing]:
    """Empty means ready. Read afresh each time: nothing here is remembered."""
    row = configure.find(organization=organization)
    found = configure.missing(row=row)
    if restored.open_hold(organization=organization) is not None:
        detail = _("Sluse was restored from a backup. Compare with the accounting system, then release.")
        found.append(Missing(code="restored", detail=detail))
    for name in store.unmapped(organization=organization):
        label = expense_types.label(name)
        detail = _("The expense type %(label)s is in use and has no account. Add it to the mapping.")
        found.append(Missing(code="expense_type_unmapped", detail=detail % {"label": label}))
    return found
