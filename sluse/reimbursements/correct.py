"""Correcting: new content under the same id is a new version, which is approved like any other."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from sluse.organizations.errors import FieldError, InvalidError
from sluse.organizations.models import Organization
from sluse.reimbursements import content as contents
from sluse.reimbursements import intake, listing
from sluse.reimbursements.content import Content
from sluse.reimbursements.intake import Submitted
from sluse.reimbursements.models import Status


def correct(*, organization: Organization, external_id: str, item: Any, now: datetime) -> Submitted:
    """201 a new version, 200 the newest one already has this content. Nothing is withdrawn, reversed or sent before the new
    version is approved; a version that nobody has approved yet makes way at once.

    Raises `NotFoundError`, and `InvalidError` for wrong fields.
    """
    content = _read(organization, external_id, item, now)
    with transaction.atomic():
        newest = listing.get_reimbursement(
            organization=organization, external_id=external_id, for_update=True
        )
        if newest.content_hash == content.content_hash() and newest.status != Status.WITHDRAWN:
            return Submitted(status=200, reimbursement=newest)
        if newest.status == Status.SUBMITTED:
            newest.status = Status.WITHDRAWN
            newest.save(update_fields=["status"])
        row = intake.keep(organization=organization, content=content, version=newest.version + 1, now=now)
    return Submitted(status=201, reimbursement=row)


def _read(organization: Organization, external_id: str, item: Any, now: datetime) -> Content:
    """The id stands in the address; in the body it may be left out, or be the same."""
    today = now.astimezone(ZoneInfo(organization.time_zone)).date()
    named = {"external_id": external_id, **item} if isinstance(item, dict) else item
    content, errors = contents.read(named, today=today)
    if not errors and content.external_id != external_id:
        detail = _("The id differs from the one in the address. Leave it out here.")
        errors = [FieldError(path="external_id", code="id_differs", detail=detail)]
    if errors:
        detail = _("The correction was not taken in. Correct the fields named.")
        raise InvalidError(detail, errors=errors)
    return content
