"""How a log row is hashed. Pure."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

SCHEMA = "sluse-log-1"


def link(told: dict[str, Any]) -> str:
    """SHA-256 over a schema mark and the canonical JSON of everything the row tells, the previous hash included."""
    canonical = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_text)
    return hashlib.sha256(f"{SCHEMA}\n{canonical}".encode()).hexdigest()


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"A log row cannot hold {type(value).__name__}.")
