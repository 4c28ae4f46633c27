"""An accounting system may say our own secrets back to us, in a message or a code: they are taken out of what it answers,
before anybody reads, keeps or logs it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import quote

from django.utils.html import escape

MASK = "***"
CHARACTERS_MIN = 8
"""What is shorter is a part of ordinary words and numbers, and an answer without it would be another answer."""

_held: ContextVar[Sequence[str]] = ContextVar("echo_held", default=())


@contextmanager
def of(*, secrets: Iterable[str]) -> Iterator[None]:
    """A connector that is opened inside holds these."""
    token = _held.set(tuple(secrets))
    try:
        yield
    finally:
        _held.reset(token)


def held() -> Sequence[str]:
    return _held.get()


def carried(*, authorization: str) -> str:
    """The token behind the scheme's name, or nothing."""
    return authorization.rpartition(" ")[2]


def masked(*, content: bytes, secrets: Iterable[str]) -> bytes:
    """In every form that an answer may have given them."""
    for form in sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True):
        content = content.replace(form.encode(), MASK.encode())
    return content


def _forms(secret: str) -> set[str]:
    if len(secret) < CHARACTERS_MIN:
        return set()
    return {secret, json.dumps(secret)[1:-1], quote(secret, safe=""), escape(secret)}
