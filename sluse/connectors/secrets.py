"""Credentials at rest: AES-256-GCM with the organization, the connector, the field and the key bound in.

A ciphertext that was copied to another row, or damaged, does not decrypt: it fails closed.
"""

import base64
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class SecretError(Exception):
    """A stored credential cannot be read with the keys that are configured."""


def encrypt(*, organization_id: int, kind: str, credentials: Mapping[str, str]) -> dict[str, str]:
    key_id, key = settings.ENCRYPTION_KEYS[0]
    return {
        name: f"{key_id}:{_sealed(key, value, _bound(organization_id, kind, name, key_id))}"
        for name, value in credentials.items()
    }


def decrypt(*, organization_id: int, kind: str, credentials: Mapping[str, str]) -> dict[str, str]:
    keys = dict(settings.ENCRYPTION_KEYS)
    plain = {}
    for name, stored in credentials.items():
        key_id, _, text = stored.partition(":")
        if key_id not in keys:
            raise SecretError(f"The encryption key {key_id} of a stored credential is not configured.")
        plain[name] = _opened(keys[key_id], text, _bound(organization_id, kind, name, key_id))
    return plain


def _bound(organization_id: int, kind: str, name: str, key_id: str) -> bytes:
    return "|".join([str(organization_id), kind, name, key_id]).encode()


def _sealed(key: bytes, value: str, bound: bytes) -> str:
    nonce = os.urandom(NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, value.encode(), bound)).decode()


def _opened(key: bytes, text: str, bound: bytes) -> str:
    try:
        sealed = base64.b64decode(text, validate=True)
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound).decode()
    except (InvalidTag, ValueError) as error:
        raise SecretError("A stored credential is damaged or belongs to another connector.") from error
