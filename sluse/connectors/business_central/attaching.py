"""Receipts' files → attachments of the document their voucher became. Made first, filled afterwards.

A file counts as there when it hangs on the document under our name with its whole length. What an earlier try
left half done is filled, not made again.
"""

from collections.abc import Iterator, Mapping, Sequence
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
    WrongCompanyError,
)
from sluse.connectors.business_central import attachment_outcomes, documents, parents
from sluse.connectors.business_central.batch import EACH_ALONE, OPERATIONS_MAX, Call, Reply
from sluse.connectors.business_central.classify import Operation, Verdict
from sluse.connectors.business_central.client import Client
from sluse.connectors.business_central.config import Settings
from sluse.connectors.business_central.documents import File
from sluse.connectors.business_central.parents import Parent
from sluse.connectors.http import ExchangeError, NotSentError


async def attach(
    *, client: Client, settings: Settings, attachments: Sequence[Attachment]
) -> list[AttachmentOutcome]:
    """Raises only `UnauthorizedError` and `WrongCompanyError`, and only when nothing was changed."""
    filing = _Filing(client=client, settings=settings, attachments=attachments)
    try:
        await filing.look()
        await filing.create()
        await filing.fill()
    except (UnauthorizedError, WrongCompanyError) as error:
        if filing.may_have_changed:
            filing.settle_rest(error)
        else:
            raise
    except ConnectorError as error:
        filing.settle_rest(error)
    return [filing.outcomes[position] for position in range(len(attachments))]


class _Filing:
    """Each file by its position. It is settled by its outcome; until then it is either in doubt or untouched."""

    def __init__(self, *, client: Client, settings: Settings, attachments: Sequence[Attachment]) -> None:
        self.outcomes: dict[int, AttachmentOutcome] = {}
        self.may_have_changed = False
        self._client = client
        self._settings = settings
        self._files = f"{settings.company_path}/attachments"
        self._parents: Mapping[str, Parent] = {}
        self._attachments = attachments
        self._ids: dict[int, str] = {}
        self._doubtful: set[int] = set()

    async def look(self) -> None:
        """What is there already, and what an earlier try only made."""
        self._parents = await parents.of(
            client=self._client, settings=self._settings, attachments=self._attachments
        )
        there: dict[str, list[File] | None] = {}
        for part in _parts(sorted(self._parents)):
            paths = [f"{self._parents[reference].path}/attachments" for reference in part]
            calls = [Call(operation=Operation.READ, method="GET", path=path) for path in paths]
            replies = await self._client.read_batch(calls, may_be_gone=True)
            for reference, reply in zip(part, replies, strict=True):
                there[reference] = await self._files_in(reply)
        for position, attachment in enumerate(self._attachments):
            self._compare(position, attachment, there.get(attachment.voucher.reference))

    async def create(self) -> None:
        new = [position for position in self._open() if position not in self._ids]
        unlinked: list[str] = []
        for part in _parts(new):
            replies = await self._write(part, [self._creation(position) for position in part])
            for position, reply in zip(part, replies, strict=True):
                file = attachment_outcomes.file_in(reply)
                if file is None:
                    self.outcomes[position] = attachment_outcomes.of_failure(reply)
                elif file.parent_id != self._parent_of(position).id:
                    unlinked.append(file.id)
                    self.outcomes[position] = attachment_outcomes.unlinked()
                else:
                    self._ids[position] = file.id
                    self._doubtful.add(position)
        await self._remove(unlinked)

    async def fill(self) -> None:
        for position in self._open():
            try:
                path = f"{self._files}({self._ids[position]})/attachmentContent"
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
                self.outcomes[position] = attachment_outcomes.of_unfilled(reply)

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
            self._doubtful.add(position)

    def _creation(self, position: int) -> Call:
        return Call(
            operation=Operation.CREATE,
            method="POST",
            path=self._files,
            body={
                "parentId": self._parent_of(position).id,
                "parentType": self._parent_of(position).type,
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
        for part in _parts(ids):
            paths = [f"{self._files}({file_id})" for file_id in part]
            calls = [Call(operation=Operation.DELETE, method="DELETE", path=path) for path in paths]
            await self._client.write_batch(calls, EACH_ALONE)

    async def _files_in(self, reply: Reply) -> list[File] | None:
        """None when there is no such document."""
        if reply.verdict is Verdict.GONE:
            return None
        return [documents.read_file(row) for row in await self._client.all_pages(reply.body)]

    def _parent_of(self, position: int) -> Parent:
        return self._parents[self._attachments[position].voucher.reference]


def _parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[start : start + OPERATIONS_MAX] for start in range(0, len(items), OPERATIONS_MAX))
