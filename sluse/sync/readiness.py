"""What is missing before an organization's switch can be turned on."""

from django.utils.translation import gettext as _

from sluse.connectors import configure
from sluse.connectors.base import Missing
from sluse.organizations.models import Organization
from sluse.vouchers import expense_types, store


def missing(*, organization: Organization) -> list[Missing]:
    """Empty means ready. Read afresh each time: nothing here is remembered."""
    row = configure.find(organization=organization)
    found = configure.missing(row=row)
    for name in store.unmapped(organization=organization):
        label = expense_types.label(name)
        detail = _("The expense type %(label)s is in use and has no account. Add it to the mapping.")
        found.append(Missing(code="expense_type_unmapped", detail=detail % {"label": label}))
    return found
