"""The log outward: the contract's shape, CSV a spreadsheet opens without running anything, and JSON lines."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from sluse.audit.models import Entry

COLUMNS = (
    "id",
    "at",
    "type",
    "actor_id",
    "actor_name",
    "organization",
    "connector_kind",
    "new_state",
    "reason",
    "run_id",
    "posting_id",
    "request_hash",
    "response_code",
    "error",
    "retry_count",
    "trigger",
    "hash",
)
BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_row(entry: Entry) -> dict[str, Any]:
    return {
        "id": str(entry.sequence),
        "at": entry.at.isoformat(),
        "type": entry.type,
        "actor_id": entry.actor_id,
        "actor_name": entry.actor_name,
        "organization": entry.organization_slug,
        "connector_kind": entry.connector_kind,
        "new_state": entry.new_state,
        "reason": entry.reason,
        "run_id": str(entry.run_id) if entry.run_id else None,
        "posting_id": str(entry.posting_id) if entry.posting_id else None,
        "request_hash": entry.request_hash,
        "response_code": entry.response_code,
        "error": entry.error,
        "retry_count": entry.retry_count,
        "trigger": entry.trigger,
        "hash": entry.hash,
        "details": entry.details,
    }


def csv_lines(entries: Iterable[Entry]) -> Iterator[str]:
    yield BYTE_ORDER_MARK + _csv_line(COLUMNS)
    for entry in entries:
        row = as_row(entry)
        yield _csv_line([_harmless(row[column]) for column in COLUMNS])


def json_lines(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        yield json.dumps(as_row(entry), ensure_ascii=False) + "\n"


def _csv_line(values: Iterable[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow(values)
    return buffer.getvalue()


def _harmless(value: object) -> object:
    """A cell that begins like a formula is shown, not computed."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return "" if value is None else value
