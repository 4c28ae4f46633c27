"""Receipts of a reimbursement: sent one by one, listed, and given back byte for byte."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router

from sluse.api import documents, records, uploads
from sluse.api.caller import AskedOf, OrganizationDoor
from sluse.api.calls import Answer, call
from sluse.organizations.access import Right
from sluse.reimbursements import attach as intake
from sluse.reimbursements import listing as found
from sluse.reimbursements import present
from sluse.sync import attachments

router = Router(tags=["Reimbursements"])

READER = OrganizationDoor("reimbursements:read", right=Right.READ)
WRITER = OrganizationDoor("reimbursements:write", right=Right.ADMINISTER)
PATH = "/organizations/{org}/reimbursements/{external_id}/attachments"
SHOWS_NOTHING = "default-src 'none'; sandbox"
"""Whatever a file holds, a browser that is led to it runs nothing of it."""


@call(
    router,
    "POST",
    PATH,
    door=WRITER,
    summary="Send one receipt, PDF, JPEG or PNG; before the approval or after it",
    answers={HTTPStatus.OK: records.Attachment, HTTPStatus.CREATED: records.Attachment},
    refusals={
        HTTPStatus.CONFLICT: "withdrawn, too_many_files",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "file_too_large",
        HTTPStatus.UNPROCESSABLE_ENTITY: (
            "invalid, file_missing, file_empty, file_type_unsupported, national_identity_number"
        ),
    },
    body=documents.FILE,
    consumes="multipart/form-data",
)
def attach(asked: AskedOf, *, external_id: str) -> Answer:
    sent = uploads.read(request=asked.request)
    taken = intake.attach(
        organization=asked.organization,
        external_id=external_id,
        original_name=sent.name,
        content=sent.content,
        now=asked.now,
    )
    status = HTTPStatus.CREATED if taken.is_new else HTTPStatus.OK
    return Answer(content=present.attachment_as_json(taken.attachment), status=status)


@call(
    router,
    "GET",
    PATH,
    door=READER,
    summary="List the receipts of a reimbursement, the first one first",
    answers={HTTPStatus.OK: records.Attachments},
)
def listing(asked: AskedOf, *, external_id: str) -> Answer:
    row = found.get_reimbursement(organization=asked.organization, external_id=external_id)
    rows = attachments.of_version(
        organization=asked.organization, external_id=row.external_id, version=row.version
    )
    items = [present.attachment_as_json(one) for one in rows]
    content: dict[str, Any] = {"items": items, "next_cursor": None}
    return Answer(content=content)


@call(
    router,
    "GET",
    f"{PATH}/{{attachment_id}}",
    door=READER,
    summary="Download a receipt as it was sent",
    answers={HTTPStatus.OK: None},
    produces="*/*",
)
def download(asked: AskedOf, *, external_id: str, attachment_id: UUID) -> HttpResponse:
    row = attachments.find(
        organization=asked.organization, external_id=external_id, attachment_id=attachment_id
    )
    return HttpResponse(
        bytes(row.content),
        content_type=row.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{row.name}"',
            "Content-Security-Policy": SHOWS_NOTHING,
            "X-Content-Type-Options": "nosniff",
        },
    )
