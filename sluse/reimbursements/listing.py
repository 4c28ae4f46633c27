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
    *, organization: Organization, external_id: str, version: int | None = None, for_update: bool = False
) -> Reimbursement:
    """The newest version, unless another one is named."""
    rows = Reimbursement.objects.select_for_update() if for_update else Reimbursement.objects.all()
    rows = rows.filter(organization=organization, external_id=external_id)
    if version is not None:
        rows = rows.filter(version=version)
    row = rows.order_by("-version").first()
    if row is None:
        raise NotFoundError(_("There is no such reimbursement."))
    return row


def versions_of(*, organization: Organization, external_id: str) -> QuerySet[Reimbursement]:
    """The newest first. Raises `NotFoundError`."""
    get_reimbursement(organization=organization, external_id=external_id)
    rows = Reimbursement.objects.filter(organization=organization, external_id=external_id)
    return rows.order_by("-version")
