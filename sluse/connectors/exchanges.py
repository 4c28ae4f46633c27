"""The recording of what is said to an accounting system and answered, for the log: redacted before it is kept.

Whoever wants to know opens a recording around its calls to a connector. Every door finds it by itself, so that no connector
has to pass it on, and sends its correlation id with each request.
"""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from typing import Any

from sluse.connectors import decimal_json, redaction
from sluse.connectors.redaction import OMITTED, Fields

EXCHANGES_MAX = 60
"""More than any batch takes; what comes after is only counted."""
BODY_BYTES_MAX = 32 * 1024
BODIES_BYTES_MAX = 128 * 1024
"""Of all exchanges of one recording: later ones are kept without their bodies."""
PATH_CHARACTERS_MAX = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What may be remembered of one request: no header, no query, no text, no amount. `request` and `answer` are
    what is left of JSON bodies; the hash is of the whole request."""

    method: str
    path: str
    status: int | None
    error: str
    seconds: float
    request_hash: str
    request_bytes: int
    answer_bytes: int | None
    retry_after_seconds: int | None = None
    request: Any = None
    answer: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One request as the door saw it. `status` and `answer` are None where no whole answer came."""

    method: str
    path: str
    content: bytes
    media_type: str
    status: int | None = None
    answer: bytes | None = None
    answer_media_type: str = ""
    retry_after_seconds: int | None = None
    error: str = ""
    seconds: float = 0.0


@dataclass(slots=True, kw_only=True)
class Recording:
    fields: Fields
    correlation_id: uuid.UUID = field(default_factory=uuid.uuid4)
    exchanges: list[Exchange] = field(default_factory=list)
    left_out: int = 0
    _bytes_left: int = BODIES_BYTES_MAX

    def add(self, said: Said) -> None:
        if len(self.exchanges) >= EXCHANGES_MAX:
            self.left_out += 1
            return
        self.exchanges.append(
            Exchange(
                method=said.method,
                path=said.path[:PATH_CHARACTERS_MAX],
                status=said.status,
                error=said.error,
                seconds=round(said.seconds, 3),
                request_hash=hashlib.sha256(said.content).hexdigest(),
                request_bytes=len(said.content),
                answer_bytes=None if said.answer is None else len(said.answer),
                retry_after_seconds=said.retry_after_seconds,
                request=self._redacted(said.content, said.media_type),
                answer=self._redacted(said.answer or b"", said.answer_media_type),
            )
        )

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(exchange) for exchange in self.exchanges]

    def _redacted(self, content: bytes, media_type: str) -> Any:
        kept = redaction.redacted(
            content=content, media_type=media_type, fields=self.fields, bytes_max=BODY_BYTES_MAX
        )
        size = 0 if kept is None else len(decimal_json.dumps(kept))
        if size > self._bytes_left:
            return OMITTED
        self._bytes_left -= size
        return kept


_current: ContextVar[Recording | None] = ContextVar("recording", default=None)


@contextmanager
def recorded(*, fields: Fields) -> Iterator[Recording]:
    """Everything that passes a door within, in this task and in those it starts. `fields` may be kept of the bodies."""
    recording = Recording(fields=fields)
    before = _current.set(recording)
    try:
        yield recording
    finally:
        _current.reset(before)


def current() -> Recording | None:
    return _current.get()
