"""Files that hang on documents: made first, filled afterwards, in two requests.

Whoever names a parent that does not exist gets no refusal, but a file that hangs on nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sluse.sandbox.business_central import operation, seed, show
from sluse.sandbox.business_central.operation import Operation, Reply, Segments
from sluse.sandbox.business_central.refusal import Refusal, bad_request, dialog, not_found
from sluse.sandbox.business_central.validate import validate
from sluse.sandbox.business_central.world import Company, File, World

INVOICE, JOURNAL = "Purchase_x0020_Invoice", "Journal"
ELSEWHERE = {"Employee", "Job", "Item", "Customer", "Vendor"}
"""These have their files in another set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    id: str
    type: str


def execute(*, world: World, company: Company, asked: Operation, segments: Segments) -> Reply:
    """The flat set, whose files are found only by their own id or their parent's."""
    key, rest = segments[0][1], segments[1:]
    if key is None and asked.method == "POST":
        return _create(world, company, asked, None)
    if key is None:
        asked.must_be("GET")
        return _page(world, asked, _asked_for(company, asked))
    file = company.files.get(key.lower())
    if file is None:
        raise not_found()
    if rest == [("attachmentContent", None)]:
        return _content(world, company, asked, file)
    if rest:
        raise bad_request(f"Resource not found for the segment '{rest[0][0]}'.", "BadRequest_NotFound")
    if asked.method == "DELETE":
        del company.files[file.id]
        return Reply(status=204)
    asked.must_be("GET")
    return Reply(status=200, body=show.file(file=file, tells_size=_tells_size(world)))


def of_parent(*, world: World, company: Company, asked: Operation, parent: Parent) -> Reply:
    if asked.method == "POST":
        return _create(world, company, asked, parent)
    asked.must_be("GET")
    return _page(world, asked, company.files_of(parent.id))


def _create(world: World, company: Company, asked: Operation, parent: Parent | None) -> Reply:
    clean = validate(entity="attachments", body=asked.body)
    wanted = parent or Parent(id=clean.get("parentId", seed.EMPTY_ID), type=clean.get("parentType", ""))
    if wanted.type in ELSEWHERE:
        raise dialog(f"Parent type {wanted.type} is not supported. Use documentAttachments API instead.")
    _check_posted(world, company, wanted)
    file = File(
        id=world.new_id("attachment"),
        parent_id=wanted.id if _is_linked(world, company, wanted) else seed.EMPTY_ID,
        parent_type=wanted.type,
        name=clean.get("fileName", ""),
        modified_at=_now(),
    )
    company.files[file.id] = file
    body = show.file(file=file, tells_size=_tells_size(world))
    return operation.created(operation=asked, key=file.id, body=body)


def _content(world: World, company: Company, asked: Operation, file: File) -> Reply:
    if asked.method == "GET":
        if not file.content:
            return Reply(status=204)
        return Reply(status=200, raw=file.content, content_type="application/octet-stream")
    asked.must_be("PATCH")
    sent = asked.headers.get("if-match")
    if sent is None:
        raise bad_request("The request requires an If-Match header.", "BadRequest_InvalidToken")
    if sent not in {"*", show.file_etag(file)}:
        raise Refusal(409, "Request_EntityChanged", "Another user has already changed the record.")
    if not isinstance(asked.body, bytes) or "json" in asked.headers.get("content-type", ""):
        raise bad_request("The content of an attachment is sent as application/octet-stream.")
    _check_posted(world, company, Parent(id=file.parent_id, type=file.parent_type))
    company.files[file.id] = replace(file, content=asked.body, modified_at=_now())
    return Reply(status=204)


def _check_posted(world: World, company: Company, parent: Parent) -> None:
    invoice = company.invoices.by_id.get(parent.id)
    if invoice is None or not invoice.is_posted or world.switches.posted_invoices_take_attachments:
        return
    raise dialog("The invoice has been posted and can no longer be modified.")


def _is_linked(world: World, company: Company, parent: Parent) -> bool:
    return world.switches.attachments_are_linked and _exists(world, company, parent)


def _exists(world: World, company: Company, parent: Parent) -> bool:
    if parent.type == INVOICE:
        return parent.id in company.invoices.by_id
    lines = (line.id for journal in company.journals.by_id.values() for line in journal.lines)
    if parent.type == JOURNAL and parent.id in lines:
        return True
    takes = world.switches.ledger_entries_take_attachments
    return parent.type == JOURNAL and takes and any(entry.id == parent.id for entry in company.entries)


def _asked_for(company: Company, asked: Operation) -> Iterable[File]:
    """Without its parent the real set is empty, whatever it holds."""
    parent_id = operation.equal(operation=asked, entity="attachments", name="parentId")
    return company.files_of(str(parent_id)) if parent_id else []


def _page(world: World, asked: Operation, files: Iterable[File]) -> Reply:
    shown: list[dict[str, Any]] = [show.file(file=file, tells_size=_tells_size(world)) for file in files]
    return operation.page(world=world, operation=asked, entity="attachments", rows=shown)


def _tells_size(world: World) -> bool:
    return world.switches.attachments_tell_their_size


def _now() -> str:
    return datetime.now(tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
