"""What was refused, to whom and why: sent nothing, changed nothing, and still stands in the log."""

from datetime import datetime

from django.db import transaction

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.connectors import configure
from sluse.organizations.errors import SluseError
from sluse.organizations.models import Organization


def log(
    *,
    organization: Organization,
    error: SluseError,
    wanted: str,
    actor: Actor,
    now: datetime,
    trigger: str = "",
) -> None:
    """In a transaction of its own: that of the refused change was rolled back."""
    row = configure.find(organization=organization)
    with transaction.atomic():
        record.record(
            record.NewEntry(
                organization_id=organization.pk,
                organization_slug=organization.slug,
                type=Type.REFUSED,
                actor=actor,
                at=now,
                connector_kind=row.kind if row else "",
                error=str(error),
                trigger=trigger,
                details={"wanted": wanted, "code": error.code},
            )
        )
