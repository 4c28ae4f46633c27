"""Receipts' files onto rows that are staged already: one file to a row, several vouchers' files in one upload.

A row says of itself which file it has: our name for the file stands in its `yourReference`, written together with the
file. So whatever became of an earlier upload, a look-up tells what is still missing.
"""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from sluse.connectors.base import (
    Attached,
    Attachment,
    AttachmentOutcome,
    ConnectorError,
    NotSent,
    Receipt,
    UnauthorizedError,
    UnavailableError,
    Uncertain,
    WrongCompanyError,
)
from sluse.connectors.http import ExchangeError, NotSentError
from sluse.connectors.xledger import files, lookup, payloads, queries, sentences
from sluse.connectors.xledger.classify import Verdict
from sluse.connectors.xledger.client import Client, Reply
from sluse.connectors.xledger.files import Upload
from sluse.connectors.xledger.lookup import Node
from sluse.vouchers.voucher import Voucher


async def attach(*, client: Client, owner: str, attachments: Sequence[Attachment]) -> list[AttachmentOutcome]:
    course = _Course(client=client, owner=owner, attachments=attachments)
    try:
        uploads = await course.placed()
        for batch in files.batches(uploads):
            await course.send(batch)
    except (UnauthorizedError, WrongCompanyError) as error:
        if not course.has_sent:
            raise
        course.settle_rest(error)
    except ConnectorError as error:
        course.settle_rest(error)
    return [course.outcomes[position] for position in range(len(attachments))]


class _Course:
    """A file without an outcome is either on its way, and then nobody knows, or untouched."""

    def __init__(self, *, client: Client, owner: str, attachments: Sequence[Attachment]) -> None:
        self.outcomes: dict[int, AttachmentOutcome] = {}
        self.has_sent = False
        self._client = client
        self._owner = owner
        self._attachments = attachments
        self._doubtful: set[int] = set()

    async def placed(self) -> list[Upload]:
        """The row of each file that is still to be sent. What needs no request, or would be in vain, is settled."""
        wanted: list[tuple[int, Attachment]] = []
        for position, attachment in enumerate(self._attachments):
            wrong = files.problem(attachment)
            if wrong is None:
                wanted.append((position, attachment))
            else:
                self.outcomes[position] = wrong
        open_rows, posted = await self._look([attachment for _position, attachment in wanted])
        for position, attachment in wanted:
            self._settle_if_there(position, attachment, open_rows)
        uploads = (
            self._place(position, attachment, open_rows, posted)
            for position, attachment in wanted
            if position not in self.outcomes
        )
        return [upload for upload in uploads if upload is not None]

    async def send(self, uploads: Sequence[Upload]) -> None:
        reply = await self._upload(uploads)
        if reply.verdict is Verdict.DONE:
            self._take_answer(uploads, reply)
            return
        missing = await self._not_kept(uploads)
        if len(uploads) == 1 and missing:
            self.outcomes[uploads[0].position] = sentences.file_refusal(
                message=" ".join(error.message for error in reply.errors), response_code=reply.status
            )
            return
        middle = (len(missing) + 1) // 2
        for part in (missing[:middle], missing[middle:]):
            if part:
                await self.send(part)

    def settle_rest(self, error: ConnectorError) -> None:
        seconds = error.retry_after_seconds if isinstance(error, UnavailableError) else None
        code = error.response_code if isinstance(error, ExchangeError) else None
        for position in range(len(self._attachments)):
            if position in self.outcomes:
                continue
            if position in self._doubtful:
                outcome: AttachmentOutcome = Uncertain(reason=str(error), response_code=code)
            else:
                outcome = NotSent(reason=str(error), retry_after_seconds=seconds, response_code=code)
            self.outcomes[position] = outcome

    async def _look(
        self, attachments: Sequence[Attachment]
    ) -> tuple[dict[str, list[Node]], dict[str, Receipt]]:
        """The staged rows of each voucher, and the receipts of those that are posted."""
        vouchers: dict[str, Voucher] = {one.voucher.reference: one.voucher for one in attachments}
        return await lookup.rows_with_files(
            client=self._client, owner=self._owner, vouchers=list(vouchers.values())
        )

    def _settle_if_there(
        self, position: int, attachment: Attachment, open_rows: Mapping[str, list[Node]]
    ) -> None:
        """A row that is marked but has no file was passed over, and is tried again."""
        for row in open_rows.get(attachment.voucher.reference, []):
            if files.mark_of(row) == files.mark(attachment) and files.file_id(row):
                self.outcomes[position] = Attached(erp_id=files.file_id(row))

    def _place(
        self,
        position: int,
        attachment: Attachment,
        open_rows: Mapping[str, list[Node]],
        posted: Mapping[str, Receipt],
    ) -> Upload | None:
        reference = attachment.voucher.reference
        rows = [row for row in open_rows.get(reference, []) if not files.file_id(row)]
        if reference in posted or not rows:
            self.outcomes[position] = files.no_room(posted.get(reference), is_there=reference in open_rows)
            return None
        row = next((row for row in rows if files.mark_of(row) == files.mark(attachment)), rows[0])
        open_rows[reference].remove(row)
        return Upload(position=position, attachment=attachment, row_id=payloads.text_of(row, "dbId"))

    async def _upload(self, uploads: Sequence[Upload]) -> Reply:
        positions = {upload.position for upload in uploads}
        content = {"inputs": files.inputs(uploads)}
        parts = [upload.part for upload in uploads]
        try:
            reply = await self._client.upload(queries.ATTACH, content, parts)
        except NotSentError:
            raise
        except UnavailableError:
            self._doubtful |= positions
            self.has_sent = True
            raise
        self._doubtful |= positions
        self.has_sent = True
        return reply

    def _take_answer(self, uploads: Sequence[Upload], reply: Reply) -> None:
        kept = files.file_ids(reply.data.get("updateGLImportItems"))
        for upload in uploads:
            file_id = kept.get(upload.name)
            if file_id is None:
                reason = _("Xledger left a part of the request unanswered.")
                outcome: AttachmentOutcome = Uncertain(reason=reason, response_code=reply.status)
            elif file_id:
                outcome = Attached(erp_id=file_id, response_code=reply.status)
            else:
                outcome = files.not_kept(reply.status)
            self.outcomes[upload.position] = outcome

    async def _not_kept(self, uploads: Sequence[Upload]) -> list[Upload]:
        """Settles what is there in spite of the refusal; the others are untouched again."""
        open_rows, _posted = await self._look([upload.attachment for upload in uploads])
        for upload in uploads:
            self._settle_if_there(upload.position, upload.attachment, open_rows)
        missing = [upload for upload in uploads if upload.position not in self.outcomes]
        self._doubtful -= {upload.position for upload in missing}
        return missing
