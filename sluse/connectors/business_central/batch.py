"""The form of a batch: operations into one body, one body back into a reply for each operation. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from sluse.connectors import decimal_json
from sluse.connectors.business_central.classify import Operation, Verdict, classify
from sluse.connectors.http import Answer, UnclearError

OPERATIONS_MAX = 100
"""The most that one batch may hold."""
SNAPSHOT = {"isolation": "snapshot"}
"""All of its operations, or none; but the answers to those that were rolled back do not say so."""
EACH_ALONE = {"prefer": "odata.continue-on-error"}
"""Each operation is its own transaction, and a refused one does not stop the others."""
LANGUAGE = {"accept-language": "en-US"}
"""Refusals are recognized by their English texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One operation of a batch. `path` is relative to the API, with its query."""

    operation: Operation
    method: str
    path: str
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What one operation came to. `code` and `message` are those of its error."""

    verdict: Verdict
    status: int
    body: Any = None
    code: str = ""
    message: str = ""


def content(calls: Sequence[Call]) -> bytes:
    if len(calls) > OPERATIONS_MAX:
        raise ValueError(f"A batch holds at most {OPERATIONS_MAX} operations.")
    requests = [_part(call, position) for position, call in enumerate(calls, start=1)]
    return decimal_json.dumps({"requests": requests})


def replies(answer: Answer, calls: Sequence[Call]) -> list[Reply | None]:
    """One for each call, in the order of the calls, whatever the order of the answers; None where there is
    none."""
    body = answer.json()
    parts = body.get("responses") if isinstance(body, dict) else None
    if not isinstance(parts, list):
        raise _other_shape()
    by_id: dict[str, Mapping[str, Any]] = {}
    for part in parts:
        if not isinstance(part, dict) or type(part.get("status")) is not int or part.get("id") in by_id:
            raise _other_shape()
        by_id[str(part.get("id"))] = part
    if set(by_id) - {str(position) for position in range(1, len(calls) + 1)}:
        raise _other_shape()
    found = [by_id.get(str(position)) for position in range(1, len(calls) + 1)]
    return [
        reply(operation=call.operation, status=part["status"], body=part.get("body")) if part else None
        for call, part in zip(calls, found, strict=True)
    ]


def reply(*, operation: Operation, status: int, body: Any) -> Reply:
    error = body.get("error") if isinstance(body, dict) else None
    known = error if isinstance(error, dict) else {}
    code, message = (_word(known.get(name)) for name in ("code", "message"))
    verdict = classify(operation=operation, status=status, code=code, message=message)
    return Reply(verdict=verdict, status=status, body=body, code=code, message=message)


def _part(call: Call, position: int) -> dict[str, Any]:
    kind = {} if call.body is None else {"content-type": "application/json"}
    part: dict[str, Any] = {
        "id": str(position),
        "method": call.method,
        "url": call.path,
        "headers": {**LANGUAGE, **kind, **call.headers},
    }
    return part if call.body is None else part | {"body": call.body}


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _other_shape() -> UnclearError:
    return UnclearError(_("Business Central's answer does not have the form it should have."))
