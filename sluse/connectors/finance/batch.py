"""A multipart `$batch`: one changeset for each voucher, all of it or nothing. Pure.

https://learn.microsoft.com/dynamics365/fin-ops-core/dev-itpro/data-entities/odata
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from email import policy
from email.message import MIMEPart
from email.parser import BytesParser
from typing import Any

from django.utils.translation import gettext as _

from sluse.connectors import decimal_json
from sluse.connectors.finance.classify import Operation, Verdict, classify
from sluse.connectors.http import Answer, UnclearError

BOUNDARY, CHANGESET = "batch_sluse", "changeset_sluse_{}"
CONTENT_TYPE = f"multipart/mixed; boundary={BOUNDARY}"
LANGUAGE = {"accept-language": "en-US"}
"""Refusals are told apart by their words; the Infolog may still come in the user's own language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    operation: Operation
    method: str
    path: str
    body: Any = None
    etag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`message` is the inner error's, empty when there is none in that form."""

    verdict: Verdict
    status: int
    body: Any = field(default=None, repr=False)
    message: str = ""


def content(*, changesets: Sequence[Sequence[Call]], data_address: str) -> bytes:
    parts = []
    for number, calls in enumerate(changesets):
        boundary = CHANGESET.format(number)
        inner = [_operation(call, position, data_address) for position, call in enumerate(calls, start=1)]
        parts.append(
            f"Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n".encode() + _joined(inner, boundary)
        )
    return _joined(parts, BOUNDARY)


def replies(answer: Answer, changesets: Sequence[Sequence[Call]]) -> list[list[Reply] | None]:
    """For each changeset what became of its operations; a refused one answers once. None where the answer holds none."""
    message = _message(answer)
    found: list[list[Reply] | None] = []
    for part, calls in zip(message.iter_parts(), changesets, strict=False):
        inner = list(part.iter_parts()) if part.is_multipart() else [part]
        found.append([_reply(one, calls[0].operation) for one in inner])
    return [*found, *[None] * (len(changesets) - len(found))]


def reply(*, operation: Operation, status: int, body: Any) -> Reply:
    message = message_in(body)
    verdict = classify(operation=operation, status=status, message=message)
    return Reply(verdict=verdict, status=status, body=body, message=message)


def message_in(body: Any) -> str:
    """The inner error's, or else the outer's where it says more than that something happened."""
    error = body.get("error") if isinstance(body, dict) else None
    inner = error.get("innererror") if isinstance(error, dict) else None
    for holder in (inner, error):
        text = holder.get("message") if isinstance(holder, dict) else None
        if isinstance(text, str) and text and text != "An error has occurred.":
            return text
    return ""


def _operation(call: Call, position: int, data_address: str) -> bytes:
    condition = f"If-Match: {call.etag}\r\n" if call.etag else ""
    head = (
        f"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {position}\r\n\r\n"
        f"{call.method} {data_address}/{call.path} HTTP/1.1\r\n"
        f"Content-Type: application/json; charset=utf-8\r\nAccept: application/json\r\n{condition}\r\n"
    )
    return head.encode() + (b"" if call.body is None else decimal_json.dumps(call.body))


def _joined(parts: Sequence[bytes], boundary: str) -> bytes:
    mark = f"--{boundary}\r\n".encode()
    return b"".join(mark + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()


def _message(answer: Answer) -> MIMEPart:
    kind = answer.headers.get("content-type", "")
    if not kind.startswith("multipart/mixed") or not kind.isascii() or not kind.isprintable():
        raise _other_form()
    head = f"Content-Type: {kind}\r\n\r\n".encode("ascii")
    found = BytesParser(policy=policy.HTTP).parsebytes(head + answer.body)
    if not found.is_multipart() or found.defects:
        raise _other_form()
    return found


def _reply(part: MIMEPart, operation: Operation) -> Reply:
    payload = part.get_payload(decode=True)
    head, _between, body = (payload if isinstance(payload, bytes) else b"").partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1:2]
    if not head.startswith(b"HTTP/1.1 ") or not status or not status[0].isdigit():
        raise _other_form()
    try:
        read = decimal_json.loads(body) if body.strip() else None
    except decimal_json.BrokenJSONError:
        read = None
    return reply(operation=operation, status=int(status[0]), body=read)


def _other_form() -> UnclearError:
    return UnclearError(_("The accounting system's answer does not have the form it should have."))
