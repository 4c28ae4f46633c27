"""Tokens for Business Central, kept for the whole process: one renewal for all its tasks.

A token is found only by who knows the secret it was got with: the same client with a wrong secret does not
profit from somebody else's sign-in.
"""

import asyncio
import hashlib
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from django.utils.translation import gettext as _

from sluse.connectors.base import UnauthorizedError, UnavailableError
from sluse.connectors.http import Answer, Door, Request, UnclearError

SCOPE = "https://api.businesscentral.dynamics.com/.default"
RENEW_BEFORE_SECONDS = 300
LIFETIME_SECONDS_MAX = 24 * 60 * 60

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """`address` is where the tenant signs in."""

    address: str
    client_id: str
    client_secret: str = field(repr=False)

    @property
    def key(self) -> Key:
        known_by = f"{self.client_id}\n{self.client_secret}"
        return self.address, hashlib.sha256(known_by.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    text: str = field(repr=False)
    renew_at: float

    def is_fresh(self, now: float) -> bool:
        return now < self.renew_at


_tokens: dict[Key, Token] = {}
_locks: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Key, asyncio.Lock]] = WeakKeyDictionary()


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


def _lock(key: Key) -> asyncio.Lock:
    """A lock belongs to its event loop: the web's threads have one each."""
    locks = _locks.setdefault(asyncio.get_running_loop(), {})
    return locks.setdefault(key, asyncio.Lock())


def request(*, credentials: Credentials) -> Request:
    form = {
        "grant_type": "client_credentials",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "scope": SCOPE,
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
