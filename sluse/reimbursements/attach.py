"""Taking in a receipt: each file once, before the approval or after it. It is evidence, and never changes the voucher."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization
from sluse.reimbursements import attachment_content, listing
from sluse.reimbursements.models import Status
from sluse.sync import attachments, wake
from sluse.sync.models import Attachment

FILES_MAX = 10
"""For each version of a reimbursement. An accounting system gets them one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    attachment: Attachment
    is_new: bool


def attach(
    *, organization: Organization, external_id: str, original_name: str, content: bytes, now: datetime
) -> Taken:
    """The same file again changes nothing. Raises `ConflictError` withdrawn or too_many_files, and `InvalidError`."""
    media_type = attachment_content.media_type(content=content, original_name=original_name)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        row = listing.get_reimbursement(organization=organization, external_id=external_id, for_update=True)
        there = list(
            attachments.of_version(
                organization=organization, external_id=row.external_id, version=row.version
            )
        )
        same = next((one for one in there if one.sha256 == digest), None)
        if same is not None:
            return Taken(attachment=same, is_new=False)
        if row.status == Status.WITHDRAWN:
            raise ConflictError(_("The reimbursement was withdrawn and takes no receipts."), code="withdrawn")
        if len(there) >= FILES_MAX:
            detail = _("A reimbursement takes at most %(max)s receipts.") % {"max": FILES_MAX}
            raise ConflictError(detail, code="too_many_files")
        number = len(there) + 1
        kept = attachments.keep(
            organization=organization,
            external_id=row.external_id,
            version=row.version,
            number=number,
            posting_id=row.posting_id,
            name=attachment_content.file_name(
                external_id=row.external_id, number=number, media_type=media_type
            ),
            original_name=original_name[: attachment_content.ORIGINAL_NAME_CHARACTERS_MAX],
            media_type=media_type,
            content=content,
            now=now,
        )
        if row.posting_id is not None:
            transaction.on_commit(lambda: wake.wake(organization_id=organization.pk))
    return Taken(attachment=kept, is_new=True)
