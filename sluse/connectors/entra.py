"""Signing in with Microsoft Entra. Tokens are kept for the whole process: one renewal for all its tasks.

A token is found only by who knows the secret it was got with: the same client with a wrong secret does not
profit from somebody else's sign-in.
"""

import asyncio
import hashlib
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from django.utils.translation import gettext as _

from sluse.connectors.base import UnauthorizedError, UnavailableError
from sluse.connectors.http import Answer, Door, NotSentError, Request, UnclearError

RENEW_BEFORE_SECONDS = 300
LIFETIME_SECONDS_MAX = 24 * 60 * 60

Key = tuple[str, str, str]
Send = Callable[[Request], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """`address` is where the tenant signs in, `scope` what the token is for."""

    address: str
    scope: str
    client_id: str
    client_secret: str = field(repr=False)

    @property
    def key(self) -> Key:
        known_by = f"{self.client_id}\n{self.client_secret}"
        return self.address, self.scope, hashlib.sha256(known_by.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    text: str = field(repr=False)
    renew_at: float

    def is_fresh(self, now: float) -> bool:
        return now < self.renew_at


_tokens: dict[Key, Token] = {}
_locks: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Key, asyncio.Lock]] = WeakKeyDictionary()


class SignIn:
    """Of one client, for all that it sends."""

    def __init__(self, *, door: Door, credentials: Credentials) -> None:
        self._door = door
        self._credentials = credentials

    async def send(self, send: Send, request: Request) -> Answer:
        """With a token; after a 401, which executes nothing, once more with a new one."""
        token = await self._token(None)
        answer = await send(_with(request, token))
        if answer.status != 401:  # noqa: PLR2004 — Unauthorized
            return answer
        token = await self._token(token)
        answer = await send(_with(request, token))
        if answer.status == 401:  # noqa: PLR2004 — Unauthorized
            forget(credentials=self._credentials)
        return answer

    async def _token(self, stale: Token | None) -> Token:
        """Without a token nothing is sent, whatever became of the request for the token itself."""
        try:
            if stale is None:
                return await get(credentials=self._credentials, door=self._door)
            return await renew(credentials=self._credentials, door=self._door, stale=stale)
        except UnavailableError as error:
            raise NotSentError(str(error), retry_after_seconds=error.retry_after_seconds) from error


async def get(*, credentials: Credentials, door: Door) -> Token:
    token = _tokens.get(credentials.key)
    if token is not None and token.is_fresh(time.monotonic()):
        return token
    return await renew(credentials=credentials, door=door, stale=token)


async def renew(*, credentials: Credentials, door: Door, stale: Token | None) -> Token:
    """A new token in place of `stale`; who comes second finds what the first one got."""
    async with _lock(credentials.key):
        found = _tokens.get(credentials.key)
        if found is not None and found is not stale and found.is_fresh(time.monotonic()):
            return found
        token = _read(await door.read(request(credentials=credentials)), now=time.monotonic())
        _forget_old()
        _tokens[credentials.key] = token
        return token


def forget(*, credentials: Credentials) -> None:
    _tokens.pop(credentials.key, None)


def _with(request: Request, token: Token) -> Request:
    return replace(request, headers={**request.headers, "authorization": f"Bearer {token.text}"})


def _lock(key: Key) -> asyncio.Lock:
    """A lock belongs to its event loop: the web's threads have one each."""
    locks = _locks.setdefault(asyncio.get_running_loop(), {})
    return locks.setdefault(key, asyncio.Lock())


def request(*, credentials: Credentials) -> Request:
    form = {
        "grant_type": "client_credentials",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "scope": credentials.scope,
    }
    return Request(
        method="POST",
        url=credentials.address,
        headers={"content-type": "application/x-www-form-urlencoded", "accept": "application/json"},
        content=urlencode(form).encode(),
    )


def _read(answer: Answer, *, now: float) -> Token:
    if answer.status in {400, 401, 403}:
        raise UnauthorizedError(_refusal(answer))
    if answer.status != 200:  # noqa: PLR2004 — OK
        raise UnavailableError(
            _("Microsoft's sign-in gave no usable answer."), retry_after_seconds=answer.retry_after_seconds()
        )
    body = answer.json()
    try:
        text, seconds = body["access_token"], float(body["expires_in"])
    except (KeyError, TypeError, ValueError) as error:
        raise UnclearError(_("Microsoft's sign-in gave no usable answer.")) from error
    if not (isinstance(text, str) and text.isascii() and text.isprintable()):
        raise UnclearError(_("Microsoft's sign-in gave no usable answer."))
    lifetime = min(max(seconds, 0.0), LIFETIME_SECONDS_MAX)
    early = min(RENEW_BEFORE_SECONDS, lifetime / 2)
    return Token(text=text, renew_at=now + lifetime - early)


def _refusal(answer: Answer) -> str:
    """Microsoft's own number says most: it is what an administrator can look up. Nothing else of it is
    shown."""
    found = re.search(rb"AADSTS(\d{3,9})", answer.body)
    number = found[1].decode() if found else ""
    if number == "7000222":
        return _("The client secret has expired (AADSTS7000222). Make a new one in Microsoft Entra.")
    if number.startswith("7000215"):
        return _("Microsoft does not accept the client secret (AADSTS7000215). Enter its value, not its ID.")
    if number == "700016":
        return _("Microsoft does not know the client ID in this tenant (AADSTS700016).")
    if number == "90002":
        return _("Microsoft does not know the tenant ID (AADSTS90002).")
    if number:
        return _("Microsoft refused the sign-in (AADSTS%(number)s).") % {"number": number}
    return _("Microsoft refused the sign-in.")


def _forget_old() -> None:
    now = time.monotonic()
    for key in [key for key, token in _tokens.items() if not token.is_fresh(now)]:
        del _tokens[key]
