"""A multipart `$batch` and its answer: single reads, and changesets of writes. Pure but for its boundaries' names."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from typing import Any

from sluse.sandbox.finance.refusal import RefusedError
from sluse.sandbox.reply import Reply

OPERATIONS_MAX = 5_000
BOUNDARY = "batchresponse_5106d0e1"
CHANGESET = "changesetresponse_5106d0e1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    content_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changeset:
    operations: list[Operation]


Part = Operation | Changeset


def parse(*, content_type: str, body: bytes) -> list[Part]:
    if "multipart/mixed" not in content_type:
        raise RefusedError("A batch is sent as multipart/mixed.", status=415)
    message = _message(content_type, body)
    if not message.is_multipart():
        raise RefusedError("The batch has no parts.")
    parts: list[Part] = []
    for part in message.iter_parts():
        if part.get_content_type() == "multipart/mixed":
            parts.append(Changeset(operations=[_operation(one) for one in part.iter_parts()]))
        else:
            parts.append(_operation(part))
    count = sum(len(part.operations) if isinstance(part, Changeset) else 1 for part in parts)
    if count > OPERATIONS_MAX:
        raise RefusedError(f"The batch holds more than {OPERATIONS_MAX} operations.")
    return parts


def answer(replies: list[Reply | list[tuple[str, Reply]]]) -> Reply:
    """A changeset that went well answers for each of its operations, a refused one once."""
    parts = []
    for reply in replies:
        if isinstance(reply, Reply):
            parts.append(_http(reply, ""))
            continue
        inner = _joined([_http(one, content_id) for content_id, one in reply], CHANGESET)
        parts.append(f"Content-Type: multipart/mixed; boundary={CHANGESET}\r\n\r\n".encode() + inner)
    return Reply(
        status=200, raw=_joined(parts, BOUNDARY), content_type=f"multipart/mixed; boundary={BOUNDARY}"
    )


def half(reply: Reply) -> Reply:
    """Only the first half of the parts, whole."""
    parts = reply.raw.split(f"--{BOUNDARY}\r\n".encode())[1:]
    kept = [part.removesuffix(f"\r\n--{BOUNDARY}--\r\n".encode()).removesuffix(b"\r\n") for part in parts]
    return Reply(status=200, raw=_joined(kept[: len(kept) // 2], BOUNDARY), content_type=reply.content_type)


def _joined(parts: list[bytes], boundary: str) -> bytes:
    mark = f"--{boundary}\r\n".encode()
    return b"".join(mark + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()


def _http(reply: Reply, content_id: str) -> bytes:
    body = b"" if reply.body is None else json.dumps(reply.body, ensure_ascii=False).encode()
    named = f"Content-ID: {content_id}\r\n" if content_id else ""
    head = (
        f"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n{named}\r\n"
        f"HTTP/1.1 {reply.status} Answer\r\nContent-Type: application/json; odata.metadata=minimal\r\n"
        f"OData-Version: 4.0\r\n\r\n"
    )
    return head.encode() + body


def _message(content_type: str, body: bytes) -> EmailMessage:
    found = BytesParser(policy=policy.HTTP).parsebytes(
        f"Content-Type: {content_type}\r\n\r\n".encode("latin-1") + body
    )
    assert isinstance(found, EmailMessage)
    return found


def _operation(part: MIMEPart) -> Operation:
    if part.get_content_type() != "application/http":
        raise RefusedError("A part of a batch is application/http.")
    head, _, content = bytes(part.get_payload(decode=True)).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, url, _version = (*first.split(" "), "", "")[:3]
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    body = json.loads(content, parse_float=Decimal) if content.strip() else None
    return Operation(
        method=method, url=url, headers=headers, body=body, content_id=str(part.get("Content-ID", ""))
    )
