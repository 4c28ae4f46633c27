"""Credentials at rest: AES-256-GCM in an envelope.

Each organization has a data key of its own, which seals its credentials and is itself sealed (*wrapped*) by the first of the
keys in `SLUSE_ENCRYPTION_KEYS`. Bound into each sealed text are the organization, the kind of connector, the slot, the field
and the id of the key, so that a text that was copied to another place, or damaged, does not open: it fails closed.

Stored forms: a wrapped data key is `kid:id:base64`, a sealed field `v2:id:base64`. Fields from before there were data keys
are `kid:base64`; they still open, and the next save or `sluse keys rotate` brings them into the envelope.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

NONCE_BYTES, KEY_BYTES, ID_BYTES = 12, 32, 6
FORM = "v2"


class SecretError(Exception):
    """A stored credential cannot be read with the keys that are configured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a sealed text belongs; it opens nowhere else. `slot` names credentials beside those in use."""

    organization_id: int
    kind: str
    slot: str = ""

    def bound(self, name: str, key_id: str) -> bytes:
        kind = f"{self.kind}/{self.slot}" if self.slot else self.kind
        return "|".join([str(self.organization_id), kind, name, key_id]).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class _DataKey:
    id: str
    key: bytes = field(repr=False)


def new_data_key(*, organization_id: int) -> str:
    """Wrapped, as it is stored."""
    data_key = _DataKey(id=os.urandom(ID_BYTES).hex(), key=AESGCM.generate_key(bit_length=8 * KEY_BYTES))
    return _wrapped(organization_id, data_key)


def encrypt(*, place: Place, data_key: str, credentials: Mapping[str, str]) -> dict[str, str]:
    opened = _unwrapped(place.organization_id, data_key)
    return {
        name: f"{FORM}:{opened.id}:{_sealed(opened.key, value.encode(), place.bound(name, opened.id))}"
        for name, value in credentials.items()
    }


def decrypt(*, place: Place, data_key: str, credentials: Mapping[str, str]) -> dict[str, str]:
    opened = _unwrapped(place.organization_id, data_key) if data_key else None
    return {name: _open_field(place, opened, name, stored) for name, stored in credentials.items()}


def needs_data_key(*, credentials: Mapping[str, str]) -> bool:
    """From before there were data keys."""
    return any(stored.count(":") == 1 for stored in credentials.values())


def wrapped_by(*, data_key: str) -> str:
    return data_key.partition(":")[0]


def newest_key_id() -> str:
    return str(settings.ENCRYPTION_KEYS[0][0])


def rewrap(*, organization_id: int, data_key: str) -> str:
    """The same data key under the newest key: what it has sealed stays as it is."""
    return _wrapped(organization_id, _unwrapped(organization_id, data_key))


def _open_field(place: Place, data_key: _DataKey | None, name: str, stored: str) -> str:
    parts = stored.split(":")
    if len(parts) == 2:  # noqa: PLR2004 - kid:base64, from before there were data keys
        return _opened(_configured(parts[0]), parts[1], place.bound(name, parts[0])).decode()
    if data_key is None or parts[:-1] != [FORM, data_key.id]:
        raise SecretError(_("A stored credential belongs to another data key."))
    return _opened(data_key.key, parts[-1], place.bound(name, data_key.id)).decode()


def _wrapped(organization_id: int, data_key: _DataKey) -> str:
    key_id, key = settings.ENCRYPTION_KEYS[0]
    bound = _bound_of_data_key(organization_id, data_key.id, key_id)
    return f"{key_id}:{data_key.id}:{_sealed(key, data_key.key, bound)}"


def _unwrapped(organization_id: int, stored: str) -> _DataKey:
    parts = stored.split(":")
    if len(parts) != 3:  # noqa: PLR2004 - kid:id:base64
        raise SecretError(_("The data key of an organization is damaged."))
    key_id, data_key_id, text = parts
    bound = _bound_of_data_key(organization_id, data_key_id, key_id)
    return _DataKey(id=data_key_id, key=_opened(_configured(key_id), text, bound))


def _bound_of_data_key(organization_id: int, data_key_id: str, key_id: str) -> bytes:
    return "|".join([str(organization_id), "data key", data_key_id, key_id]).encode()


def _configured(key_id: str) -> bytes:
    keys = dict(settings.ENCRYPTION_KEYS)
    if key_id not in keys:
        detail = _("The encryption key %(key)s of a stored credential is not configured.")
        raise SecretError(detail % {"key": key_id})
    return bytes(keys[key_id])


def _sealed(key: bytes, value: bytes, bound: bytes) -> str:
    nonce = os.urandom(NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, value, bound)).decode()


def _opened(key: bytes, text: str, bound: bytes) -> bytes:
    try:
        sealed = base64.b64decode(text, validate=True)
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise SecretError(_("A stored credential is damaged or belongs to another connector.")) from error
