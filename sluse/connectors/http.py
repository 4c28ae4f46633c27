"""The one door to the outside. Whatever passes it has a total deadline, a size limit, and no redirect to
follow.

Errors are split by what the caller may conclude: `NotSentError` is proof that nothing was executed,
`UnclearError` is no proof of anything. Reading may let both pass, because they are `UnavailableError`s;
writing must tell them apart.
"""

import asyncio
import hashlib
import logging
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from ssl import SSLContext
from typing import Any
from urllib.parse import urlsplit

import httpx2
from django.utils import timezone
from django.utils.translation import gettext as _

from sluse.connectors import decimal_json, echo, exchanges, meter
from sluse.connectors.base import Permit, UnavailableError
from sluse.connectors.exchanges import Said

ANSWER_BYTES_MAX = 10 * 1024 * 1024
"""The largest answer we ask for, 100 operations of one batch, is a hundredth of this."""
CONNECT_SECONDS_MAX = 10.0
KEEP_ALIVE_SECONDS = 2.0
"""Shorter than any server's own: a connection closed under our hands while we write would be an unclear
outcome."""
RETRY_AFTER_SECONDS_MAX = 3600
"""A server cannot silence us for longer, whatever it asks for."""

logger = logging.getLogger(__name__)


class ExchangeError(UnavailableError):
    """`response_code` is the HTTP status, where there was one."""

    def __init__(
        self, message: str, *, retry_after_seconds: int | None = None, response_code: int | None = None
    ) -> None:
        super().__init__(message, retry_after_seconds=retry_after_seconds)
        self.response_code = response_code


class NotSentError(ExchangeError):
    """Provably not executed: it never left, or the accounting system said that it did nothing."""

    code = "not_sent"


class UnclearError(ExchangeError):
    """The request may have been executed: its answer is missing, late, cut off, too large or not of the
    right form."""

    code = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of several contents of a request. `file_name` is empty for what is no file."""

    name: str
    media_type: str
    content: bytes
    file_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`headers` are lower-case. A redirect is an answer like any other: nobody follows it."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> Any:
        if "json" not in self.headers.get("content-type", ""):
            raise UnclearError(_("The accounting system's answer does not have the form it should have."))
        try:
            return decimal_json.loads(self.body)
        except decimal_json.BrokenJSONError as error:
            raise UnclearError(_("The accounting system's answer is broken or was cut off.")) from error

    def retry_after_seconds(self) -> int | None:
        return retry_after_seconds(value=self.headers.get("retry-after"), now=timezone.now())


class Door:
    """One connector's own way out, with its own connections, so that one sick system cannot use up
    another's."""

    def __init__(self, *, permit: Permit, deadline_seconds: float) -> None:
        self._permit = permit
        self._deadline_seconds = deadline_seconds
        self._payer = meter.payer()
        self._secrets = set(echo.held())
        self._client = httpx2.AsyncClient(
            verify=_tls(),
            trust_env=False,
            follow_redirects=False,
            headers={"user-agent": "Sluse"},
            timeout=httpx2.Timeout(deadline_seconds, connect=min(CONNECT_SECONDS_MAX, deadline_seconds / 2)),
            limits=httpx2.Limits(max_connections=4, keepalive_expiry=KEEP_ALIVE_SECONDS),
        )

    async def read(self, request: Request) -> Answer:
        """For what changes nothing there, whatever its HTTP method is."""
        return await self._exchange(request, ends=self._deadline())

    async def write(self, request: Request) -> Answer:
        """For what changes something there. The gate is asked each time, just before, and the deadline runs from then: a
        process that was stopped after the answer and woken after the deadline sends nothing any more.

        A connection may still have to be opened then; whoever loses the gate's lock meanwhile is broken off by the caller.
        """
        ends = self._deadline()
        await self._permit()
        return await self._exchange(request, ends=ends)

    async def close(self) -> None:
        await self._client.aclose()

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._deadline_seconds

    async def _exchange(self, request: Request, *, ends: float) -> Answer:
        carried = echo.carried(authorization=request.headers.get("authorization", ""))
        self._secrets.add(carried)
        recording = exchanges.current()
        correlation_id = str(recording.correlation_id if recording else uuid.uuid4())
        began, error = time.monotonic(), ""
        answer: Answer | None = None
        try:
            async with asyncio.timeout_at(ends):
                answer = await self._receive(request, correlation_id)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, _TooLargeError) as fault:
            error = type(fault).__name__
            raise _as_ours(fault) from fault
        finally:
            said = _said(
                request,
                None if answer is None else self._without_ours(answer),
                error,
                time.monotonic() - began,
            )
            _log(said, correlation_id)
            if error not in _NEVER_SENT_NAMES:
                meter.count(payer=self._payer, at=timezone.now())
            if recording is not None:
                recording.add(said)
        # A sign-in carries no token yet: its answer is the token itself, and must be read.
        return self._without_ours(answer) if carried else answer

    def _without_ours(self, answer: Answer) -> Answer:
        return replace(answer, body=echo.masked(content=answer.body, secrets=self._secrets))

    async def _receive(self, request: Request, correlation_id: str) -> Answer:
        headers = {**request.headers, "x-correlation-id": correlation_id}
        body = bytearray()
        async with self._client.stream(
            request.method, request.url, headers=headers, content=request.content or None
        ) as response:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > ANSWER_BYTES_MAX:
                    raise _TooLargeError
        return Answer(status=response.status_code, headers=dict(response.headers), body=bytes(body))


def multipart(*, parts: Sequence[Part]) -> tuple[str, bytes]:
    """The content type and the body of `multipart/form-data`. The same parts make the same bytes, so that their hash can be
    compared."""
    boundary = hashlib.sha256(b"\n".join(part.content for part in parts)).hexdigest()
    request = httpx2.Request(
        "POST",
        "http://localhost",
        headers={"content-type": f"multipart/form-data; boundary={boundary}"},
        files=[(part.name, (part.file_name or None, part.content, part.media_type)) for part in parts],
    )
    return request.headers["content-type"], request.read()


def same_origin(*, url: str, base: str) -> bool:
    """An address that the accounting system hands us gets our token only at the system itself."""
    try:
        found, wanted = urlsplit(url), urlsplit(base)
        return (found.scheme, found.netloc.lower()) == (wanted.scheme, wanted.netloc.lower())
    except ValueError:
        return False


def retry_after_seconds(*, value: str | None, now: datetime) -> int | None:
    """Seconds or an HTTP date, never negative and never above the maximum; None when it is neither."""
    seconds = _seconds(value.strip(), now) if value else None
    return None if seconds is None else int(min(max(seconds, 0), RETRY_AFTER_SECONDS_MAX))


class _TooLargeError(Exception):
    pass


_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)
_NEVER_SENT_NAMES = {fault.__name__ for fault in _NEVER_SENT}


def _as_ours(fault: Exception) -> NotSentError | UnclearError:
    """Everything that is not proof is unclear."""
    if isinstance(fault, _NEVER_SENT):
        return NotSentError(_("The accounting system could not be reached."))
    if isinstance(fault, TimeoutError | httpx2.TimeoutException):
        return UnclearError(_("The accounting system did not answer in time."))
    if isinstance(fault, _TooLargeError):
        return UnclearError(_("The accounting system's answer was too large."))
    return UnclearError(_("The connection to the accounting system broke before its answer was complete."))


def _seconds(text: str, now: datetime) -> float | None:
    """RFC 9110: whole seconds, or one of three forms of a date, of which the oldest names no zone and means GMT."""
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (aware - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None


def _said(request: Request, answer: Answer | None, error: str, seconds: float) -> Said:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Said(
        method=request.method,
        path=urlsplit(request.url).path,
        content=request.content,
        media_type=headers.get("content-type", ""),
        status=answer.status if answer else None,
        answer=answer.body if answer else None,
        answer_media_type=answer.headers.get("content-type", "") if answer else "",
        retry_after_seconds=answer.retry_after_seconds() if answer else None,
        error=error or ("" if answer else "cancelled"),
        seconds=seconds,
    )


def _log(said: Said, correlation_id: str) -> None:
    logger.info(
        "%s %s: %s in %.3f s (correlation %s)",
        said.method,
        said.path,
        said.status or said.error,
        said.seconds,
        correlation_id,
    )


@cache
def _tls() -> SSLContext:
    """Reading the certificates takes longer than a request: once for the process, not from the
    environment."""
    return httpx2.create_ssl_context(trust_env=False)
