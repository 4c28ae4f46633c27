"""One answer of a sandbox, before it goes over the wire."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`raw` stands in for `body` where the answer is not JSON."""

    status: int
    body: dict[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""
    content_type: str = "application/json; odata.metadata=minimal; charset=utf-8"
