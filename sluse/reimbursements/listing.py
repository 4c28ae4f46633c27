"""Finding reimbursements of one organization."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sluse.organizations.errors import NotFoundError
from sluse.organizations.models import Organization
from sluse.reimbursements.models import Reimbursement


def list_reimbursements(*, organization: Organization, status: str = "") -> QuerySet[Reimbursement]:
    rows = Reimbursement.objects.filter(organization=organization).order_by("-created_at", "-id")
    return rows.filter(status=status) if status else rows


def get_reimbursement(
    *, organization: Organization, external_id: str, for_update: bool = False
) -> Reimbursement:
    """The newest version."""
    rows = Reimbursement.objects.select_for_update() if for_update else Reimbursement.objects.all()
    row = rows.filter(organization=organization, external_id=external_id).order_by("-version").first()
    if row is None:
        raise NotFoundError(_("There is no such reimbursement."))
    return row
