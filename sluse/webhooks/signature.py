"""Did the sender who shares the secret send exactly this, just now? Pure.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: the signed text is
`{id}.{timestamp}.{body}`, the signature base64 of its HMAC-SHA256, and the header holds one or more `v1,{signature}` with
spaces between.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

AGE_MAX = timedelta(minutes=5)
"""To both sides: neither an old delivery that somebody kept nor a sender whose clock is wrong is believed."""
ID_CHARACTERS_MAX = 256
SIGNATURES_MAX = 10
PREFIX = "whsec_"
VERSION = "v1,"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The three headers as they came, and the body's bytes."""

    id: str
    timestamp: str
    signatures: str
    body: bytes


def holds(*, delivery: Delivery, secrets: Iterable[str], now: datetime) -> bool:
    """`secrets` in the form `whsec_…`: any of them."""
    if not 1 <= len(delivery.id) <= ID_CHARACTERS_MAX or not _is_recent(delivery.timestamp, now):
        return False
    given = [
        one.removeprefix(VERSION).encode()
        for one in delivery.signatures.split()[:SIGNATURES_MAX]
        if one.startswith(VERSION)
    ]
    expected = [sign(delivery=delivery, secret=secret).encode() for secret in secrets]
    # Every pair is compared, each in constant time: how long it takes tells nothing of what fits.
    compared = [hmac.compare_digest(one, other) for one in given for other in expected]
    return any(compared)


def sign(*, delivery: Delivery, secret: str) -> str:
    signed = b".".join([delivery.id.encode(), delivery.timestamp.encode(), delivery.body])
    return base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()


def key_of(secret: str) -> bytes:
    """Raises `ValueError`."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("A webhook's secret is whsec_ and base64.") from error


def _is_recent(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= len("99999999999")):
        return False
    return abs(now - datetime.fromtimestamp(int(timestamp), tz=UTC)) <= AGE_MAX
