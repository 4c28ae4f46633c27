"""A comparison that a person asks for on a screen: noted now and made by a worker, for no screen waits for an answer.

What was asked for is a row until the comparison is written down (see `comparing`).
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sluse.audit.actor import Actor
from sluse.connectors import configure
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization
from sluse.sync import wake
from sluse.sync.models import ComparisonRequest


def request(*, organization: Organization, actor: Actor, now: datetime) -> ComparisonRequest:
    """Raises `ConflictError`: no_connector, comparison_under_way."""
    if configure.find(organization=organization) is None:
        raise ConflictError(_("Choose an accounting system first."), code="no_connector")
    with transaction.atomic():
        row, is_new = ComparisonRequest.objects.get_or_create(
            organization=organization,
            defaults={"by_id": actor.id, "by_name": actor.name, "asked_at": now},
        )
        if not is_new:
            detail = _("%(who)s has asked for a comparison, and it is not done yet. Nothing was started.")
            raise ConflictError(detail % {"who": row.by_name}, code="comparison_under_way")
        transaction.on_commit(lambda: wake.compare(organization_id=organization.pk))
    return row


def open_request(*, organization: Organization) -> ComparisonRequest | None:
    return ComparisonRequest.objects.filter(organization=organization).first()
