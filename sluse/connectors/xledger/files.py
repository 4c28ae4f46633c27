"""One receipt's file on its way to one row: what is wrong with it from the start, the request, and the answer. Pure."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sluse.connectors.base import Attachment, Receipt, Rejected
from sluse.connectors.http import Part
from sluse.connectors.xledger import payloads
from sluse.connectors.xledger.lookup import Node

FILE_BYTES_MAX = 10 * 1024 * 1024
MEDIA_TYPES = {"application/pdf", "image/jpeg", "image/png"}
"""What sizes and types Xledger takes is not documented; these are certain to be readable for whoever opens them."""
UPLOAD_BYTES_MAX = 20 * 1024 * 1024
MARK_CHARACTERS_MAX = 20
"""How long a `yourReference` may be is not documented. One that is cut off would not be known again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """`position` is the attachment's in the call, `row_id` the row that it goes to."""

    position: int
    attachment: Attachment
    row_id: str

    @property
    def name(self) -> str:
        """Of the part, and what Xledger shows: unique in the whole request, whatever other vouchers call their files."""
        return f"{self.attachment.voucher.reference}-{self.attachment.name}"

    @property
    def part(self) -> Part:
        one = self.attachment
        return Part(name=self.name, media_type=one.media_type, content=one.content, file_name=self.name)


def batches(uploads: Sequence[Upload]) -> Iterator[list[Upload]]:
    batch: list[Upload] = []
    for upload in uploads:
        size = sum(len(one.attachment.content) for one in (*batch, upload))
        if batch and (size > UPLOAD_BYTES_MAX or len(batch) == payloads.ROWS_MAX):
            yield batch
            batch = []
        batch.append(upload)
    if batch:
        yield batch


def inputs(uploads: Sequence[Upload]) -> list[dict[str, object]]:
    return [
        {
            "clientId": upload.name,
            "node": {
                "dbId": upload.row_id,
                "yourReference": mark(upload.attachment),
                "invoiceFile": upload.name,
            },
        }
        for upload in uploads
    ]


def mark(attachment: Attachment) -> str:
    """What the row says of the file it has."""
    name = attachment.name
    return (
        name
        if len(name) <= MARK_CHARACTERS_MAX
        else hashlib.sha256(name.encode()).hexdigest()[:MARK_CHARACTERS_MAX]
    )


def mark_of(row: Node) -> str:
    return payloads.text_of(row, "yourReference")


def file_id(row: Node) -> str:
    """Empty where the row has no file."""
    file = row.get("invoiceFile")
    return payloads.text_of(file, "dbId") if isinstance(file, dict) else ""


def file_ids(connection: object) -> dict[str, str]:
    """Of the rows in an answer, by the key they were sent with; what is not in its form is missing."""
    edges = connection.get("edges") if isinstance(connection, dict) else None
    found: dict[str, str] = {}
    for edge in edges if isinstance(edges, list) else []:
        node = edge.get("node") if isinstance(edge, dict) else None
        if isinstance(node, dict):
            found[str(edge.get("clientId"))] = file_id(node)
    return found


def problem(attachment: Attachment) -> Rejected | None:
    if attachment.media_type not in MEDIA_TYPES:
        message = _(
            "Sluse sends receipts to Xledger as PDF, JPEG or PNG only. Attach this one there by hand."
        )
        return Rejected(code="file_type_not_supported", message=message)
    if len(attachment.content) > FILE_BYTES_MAX:
        message = _(
            "The receipt is larger than Sluse sends to Xledger (%(max)s MB). Attach it there by hand."
        )
        return Rejected(code="file_too_large", message=message % {"max": FILE_BYTES_MAX // 1024**2})
    return None


def no_room(posted: Receipt | None, *, is_there: bool) -> Rejected:
    if posted is not None:
        message = _(
            "Xledger has posted the voucher already (%(number)s), and takes files only before. Attach the receipt there by "
            "hand, if it is not there."
        )
        return Rejected(code="file_after_posting", message=message % {"number": posted.number})
    if is_there:
        message = _(
            "The voucher has more receipts than rows, and Xledger takes one file a row. Attach this one there by hand."
        )
        return Rejected(code="too_many_files", message=message)
    message = _(
        "The voucher does not wait in Xledger's import any more, so the receipt has nothing to be attached to."
    )
    return Rejected(code="voucher_gone", message=message)


def not_kept(response_code: int) -> Rejected:
    message = _("Xledger took the request but did not keep the receipt. Attach it there by hand.")
    return Rejected(code="file_not_kept", message=message, response_code=response_code)
