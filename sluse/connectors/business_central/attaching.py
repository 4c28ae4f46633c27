"""Receipts' files → attachments of the document their voucher became. Made first, filled afterwards.

A file counts as there when it hangs on the document under our name with its whole length. What an earlier try
left half done is filled, not made again.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sluse.connectors.base import (
    Attached,
    Attachment,
    AttachmentOutcome,
    ConnectorError,
    NotSent,
    UnauthorizedError,
    UnavailableError,
    Uncertain,
)
from sluse.connectors.business_central import attachment_outcomes, payloads
from sluse.connectors.business_central.batch import EACH_ALONE, OPERATIONS_MAX, Call, Reply
from sluse.connectors.business_central.classify import Operation, Verdict
from sluse.connectors.business_central.client import Client
from sluse.connectors.business_central.payloads import File
from sluse.connectors.http import ExchangeError, NotSentError

INVOICE = "Purchase_x0020_Invoice"


async def attach(
    *, client: Client, company_path: str, attachments: Sequence[Attachment]
) -> list[AttachmentOutcome]:
    """Raises only `UnauthorizedError`, and only when nothing was changed."""
    filing = _Filing(client=client, company_path=company_path, attachments=attachments)
    try:
        await filing.look()
        await filing.create()
        await filing.fill()
    except UnauthorizedError as error:
        if filing.may_have_changed:
            filing.settle_rest(error)
        else:
            raise
    except ConnectorError as error:
        filing.settle_rest(error)
    return [filing.outcomes[position] for position in range(len(attachments))]


class _Filing:
    """Each file by its position. It is settled by its outcome; until then it is either in doubt or untouched."""

    def __init__(self, *, client: Client, company_path: str, attachments: Sequence[Attachment]) -> None:
        self.outcomes: dict[int, AttachmentOutcome] = {}
        self.may_have_changed = False
        self._client = client
        self._company_path = company_path
        self._attachments = attachments
        self._ids: dict[int, str] = {}
        self._doubtful: set[int] = set()

    async def look(self) -> None:
        """What is there already, and what an earlier try only made."""
        parents = sorted({attachment.receipt.erp_id for attachment in self._attachments})
        there: dict[str, list[File] | None] = {}
        for part in _parts(parents):
            calls = [Call(operation=Operation.READ, method="GET", path=self._files_of(one)) for one in part]
            replies = await self._client.read_batch(calls, may_be_gone=True)
            for parent, reply in zip(part, replies, strict=True):
                there[parent] = await self._files(reply)
        for position, attachment in enumerate(self._attachments):
            self._compare(position, attachment, there[attachment.receipt.erp_id])

    async def create(self) -> None:
        new = [position for position in self._open() if position not in self._ids]
        unlinked: list[str] = []
        for part in _parts(new):
            replies = await self._write(part, [self._creation(position) for position in part])
            for position, reply in zip(part, replies, strict=True):
                file = attachment_outcomes.file_in(reply)
                if file is None:
                    self.outcomes[position] = attachment_outcomes.of_failure(reply)
                elif file.parent_id != self._parent_of(position):
                    unlinked.append(file.id)
                    self.outcomes[position] = attachment_outcomes.unlinked()
                else:
                    self._ids[position] = file.id
        await self._remove(unlinked)

    async def fill(self) -> None:
        for position in self._open():
            try:
                path = f"{self._company_path}/attachments({self._ids[position]})/attachmentContent"
                reply = await self._client.fill(path, self._attachments[position].content)
            except NotSentError:
                raise
            except UnavailableError:
                self._in_doubt({position})
                raise
            if reply.verdict is Verdict.DONE:
                self.may_have_changed = True
                self.outcomes[position] = Attached(erp_id=self._ids[position], response_code=reply.status)
            else:
                self.outcomes[position] = attachment_outcomes.of_failure(reply)

    def settle_rest(self, error: ConnectorError) -> None:
        seconds = error.retry_after_seconds if isinstance(error, UnavailableError) else None
        code = error.response_code if isinstance(error, ExchangeError) else None
        for position in self._open():
            if position in self._doubtful:
                self.outcomes[position] = Uncertain(reason=str(error), response_code=code)
            else:
                self.outcomes[position] = NotSent(
                    reason=str(error), retry_after_seconds=seconds, response_code=code
                )

    def _open(self) -> list[int]:
        return [position for position in range(len(self._attachments)) if position not in self.outcomes]

    def _in_doubt(self, positions: set[int]) -> None:
        self._doubtful |= positions
        self.may_have_changed = True

    def _compare(self, position: int, attachment: Attachment, there: Sequence[File] | None) -> None:
        if there is None:
            self.outcomes[position] = attachment_outcomes.no_document()
            return
        ours = [file for file in there if file.name.casefold() == attachment.name.casefold()]
        whole = [file for file in ours if file.bytes == len(attachment.content)]
        if whole:
            self.outcomes[position] = Attached(erp_id=whole[0].id)
        elif ours:
            self._ids[position] = ours[0].id

    def _creation(self, position: int) -> Call:
        return Call(
            operation=Operation.CREATE,
            method="POST",
            path=f"{self._company_path}/attachments",
            body={
                "parentId": self._parent_of(position),
                "parentType": INVOICE,
                "fileName": self._attachments[position].name,
            },
        )

    async def _write(self, positions: Sequence[int], calls: Sequence[Call]) -> list[Reply | None]:
        try:
            replies = await self._client.write_batch(calls, EACH_ALONE)
        except NotSentError:
            raise
        except UnavailableError:
            self._in_doubt(set(positions))
            raise
        self.may_have_changed = True
        return replies

    async def _remove(self, ids: Sequence[str]) -> None:
        """A file of ours that hangs on nothing. Nobody finds it, so it does no harm if it stays."""
        path = f"{self._company_path}/attachments"
        for part in _parts(ids):
            calls = [
                Call(operation=Operation.DELETE, method="DELETE", path=f"{path}({file_id})")
                for file_id in part
            ]
            await self._client.write_batch(calls, EACH_ALONE)

    async def _files(self, reply: Reply) -> list[File] | None:
        """None when there is no such document."""
        if reply.verdict is Verdict.GONE:
            return None
        return [payloads.read_file(row) for row in await self._client.all_pages(reply.body)]

    def _files_of(self, parent_id: str) -> str:
        return f"{self._company_path}/purchaseInvoices({parent_id})/attachments"

    def _parent_of(self, position: int) -> str:
        return self._attachments[position].receipt.erp_id.lower()


def _parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[start : start + OPERATIONS_MAX] for start in range(0, len(items), OPERATIONS_MAX))
