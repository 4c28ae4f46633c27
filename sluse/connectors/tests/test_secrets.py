"""Sealed credentials open in their own place and nowhere else, under old keys and new, and fail closed."""

import base64
import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils import translation
from pytest_django import Settings

from sluse.connectors import secrets
from sluse.connectors.secrets import Place, SecretError

PLACE = Place(organization_id=7, kind="xledger")
TOKEN = {"token": "sannelig-hemmelig"}
OLD, NEW = ("1", os.urandom(32)), ("2", os.urandom(32))


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> Settings:
    settings.ENCRYPTION_KEYS = (OLD,)
    return settings


@pytest.fixture
def data_key(keys: Settings) -> str:
    return secrets.new_data_key(organization_id=7)


def opened(place: Place, data_key: str, sealed: dict[str, str]) -> dict[str, str]:
    return secrets.decrypt(place=place, data_key=data_key, credentials=sealed)


def test_what_goes_in_comes_out_and_never_looks_the_same(data_key: str) -> None:
    one, two = (secrets.encrypt(place=PLACE, data_key=data_key, credentials=TOKEN) for _ in range(2))
    assert one != two
    assert opened(PLACE, data_key, one) == opened(PLACE, data_key, two) == TOKEN
    assert "sannelig" not in str(one)


@pytest.mark.parametrize(
    "elsewhere",
    [replace(PLACE, organization_id=8), replace(PLACE, kind="business_central"), replace(PLACE, slot="next")],
)
def test_a_copy_in_another_place_does_not_open(elsewhere: Place, data_key: str) -> None:
    sealed = secrets.encrypt(place=PLACE, data_key=data_key, credentials=TOKEN)
    with pytest.raises(SecretError):
        opened(elsewhere, data_key, sealed)


def test_a_copy_in_another_field_or_under_another_data_key_does_not_open(data_key: str) -> None:
    sealed = secrets.encrypt(place=PLACE, data_key=data_key, credentials=TOKEN)
    with pytest.raises(SecretError):
        opened(PLACE, data_key, {"client_secret": sealed["token"]})
    others = secrets.new_data_key(organization_id=7)
    with pytest.raises(SecretError):
        opened(PLACE, others, sealed)
    _form, _id, text = sealed["token"].split(":")
    with pytest.raises(SecretError):
        opened(PLACE, others, {"token": f"v2:{others.split(':')[1]}:{text}"})


def test_a_data_key_of_another_organization_does_not_open(data_key: str) -> None:
    sealed = secrets.encrypt(place=PLACE, data_key=data_key, credentials=TOKEN)
    for wrong in (secrets.new_data_key(organization_id=8), "", "1:x", "1:00:!!"):
        with pytest.raises(SecretError):
            opened(PLACE, wrong, sealed)


def test_one_bit_anywhere_makes_it_fail_closed(data_key: str) -> None:
    sealed = secrets.encrypt(place=PLACE, data_key=data_key, credentials=TOKEN)["token"]
    for bad in with_one_bit_flipped(sealed):
        with pytest.raises(SecretError):
            opened(PLACE, data_key, {"token": bad})
    for bad in with_one_bit_flipped(data_key):
        with pytest.raises(SecretError):
            opened(PLACE, bad, {"token": sealed})


def with_one_bit_flipped(stored: str) -> Iterator[str]:
    *names, text = stored.split(":")
    raw = base64.b64decode(text)
    for place in range(len(raw)):
        flipped = bytes([*raw[:place], raw[place] ^ 1, *raw[place + 1 :]])
        yield ":".join([*names, base64.b64encode(flipped).decode()])


def test_a_new_key_wraps_the_same_data_key(data_key: str, keys: Settings) -> None:
    sealed = secrets.encrypt(place=PLACE, data_key=data_key, credentials=TOKEN)
    keys.ENCRYPTION_KEYS = (NEW, OLD)
    rewrapped = secrets.rewrap(organization_id=7, data_key=data_key)
    assert (secrets.wrapped_by(data_key=data_key), secrets.wrapped_by(data_key=rewrapped)) == ("1", "2")
    keys.ENCRYPTION_KEYS = (NEW,)
    assert opened(PLACE, rewrapped, sealed) == TOKEN
    with translation.override("en"), pytest.raises(SecretError, match="key 1 "):
        opened(PLACE, data_key, sealed)


def test_credentials_from_before_there_were_data_keys_still_open_in_their_place_alone() -> None:
    nonce = os.urandom(12)
    bound = b"7|xledger|token|1"
    text = base64.b64encode(nonce + AESGCM(OLD[1]).encrypt(nonce, b"gammel", bound)).decode()
    stored = {"token": f"1:{text}"}
    assert secrets.needs_data_key(credentials=stored)
    assert opened(PLACE, "", stored) == {"token": "gammel"}
    with pytest.raises(SecretError):
        opened(replace(PLACE, organization_id=8), "", stored)


def test_keys_are_in_no_repr(data_key: str) -> None:
    assert "key=" not in repr(secrets._unwrapped(7, data_key))
