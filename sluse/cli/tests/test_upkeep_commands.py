"""Keys and the doctor, as an operator types them."""

import base64
import os
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pytest_django import Settings

from sluse.audit.models import Entry
from sluse.cli.tests.conftest import Sluse
from sluse.connectors import vault
from sluse.connectors.models import Connector
from sluse.organizations.models import Organization, User
from sluse.sync import wake
from sluse.up import examination, postgres
from sluse.up.postgres import Server
from tests import people

NEW = ("2", os.urandom(32))


@pytest.fixture
def two(ready: Organization, other: Organization, ola: User, now: datetime) -> list[Connector]:
    people.make_ready(other, ola, now)
    return list(Connector.objects.order_by("pk"))


def test_a_new_key_is_of_the_right_form_and_stored_nowhere(db: None, sluse: Sluse) -> None:
    first, second = sluse("keys", "new").out.strip(), sluse("keys", "new").out.strip()
    assert first != second
    assert len(base64.b64decode(first.split(":")[1])) == 32


def test_credentials_come_under_the_newest_key(
    two: list[Connector], sluse: Sluse, settings: Settings
) -> None:
    assert "0 brought under" in sluse("keys", "rotate").out
    before = [row.credentials for row in two]
    settings.ENCRYPTION_KEYS = (NEW, *settings.ENCRYPTION_KEYS)
    ended = sluse("keys", "rotate")
    assert (ended.status, ended.err) == (0, "")
    assert "2 of 2" in ended.out
    settings.ENCRYPTION_KEYS = (NEW,)
    rows = list(Connector.objects.order_by("pk"))
    assert [vault.opened(row=row) for row in rows] == [people.CREDENTIALS] * 2
    assert [row.credentials for row in rows] == before, "the data keys were wrapped anew, nothing else"
    log = Entry.objects.filter(type="credentials", new_state="rewrapped")
    assert sorted(log.values_list("organization_slug", "details__to_key")) == [
        ("hlf", "2"),
        ("turlaget", "2"),
    ]


def test_one_that_cannot_be_read_stops_none_of_the_others_and_a_second_try_finds_it_again(
    two: list[Connector], sluse: Sluse, settings: Settings
) -> None:
    key_id, old = settings.ENCRYPTION_KEYS[0]
    Connector.objects.filter(pk=two[0].pk).update(data_key="gone:1:AAAA")
    settings.ENCRYPTION_KEYS = (NEW, (key_id, old))
    first, second = sluse("keys", "rotate"), sluse("keys", "rotate")
    assert (first.status, second.status) == (1, 1)
    assert first.err == second.err
    assert "hlf" in first.err
    assert "turlaget" not in first.err
    assert Connector.objects.get(pk=two[1].pk).data_key.startswith("2:")


def test_credentials_from_before_there_were_data_keys_are_brought_into_the_envelope(
    ready: Organization, sluse: Sluse, settings: Settings
) -> None:
    row = Connector.objects.get()
    key_id, key = settings.ENCRYPTION_KEYS[0]
    old = {}
    for name, value in people.CREDENTIALS.items():
        nonce, bound = os.urandom(12), f"{ready.pk}|{row.kind}|{name}|{key_id}".encode()
        sealed = nonce + AESGCM(key).encrypt(nonce, value.encode(), bound)
        old[name] = f"{key_id}:{base64.b64encode(sealed).decode()}"
    Connector.objects.update(credentials=old, data_key="")
    assert vault.opened(row=Connector.objects.get()) == people.CREDENTIALS
    assert sluse("keys", "rotate").status == 0
    row = Connector.objects.get()
    assert all(stored.startswith("v2:") for stored in row.credentials.values())
    assert vault.opened(row=row) == people.CREDENTIALS


# --- doctor ---------------------------------------------------------------------------------------


@pytest.fixture
def sound(ready: Organization, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings.BASE_URL, settings.ALLOWED_HOSTS = "https://sluse.example", ["sluse.example"]
    settings.EMAIL_HOST = "mail.example"
    monkeypatch.setattr(wake, "worker_seen", lambda **_now: True)
    return settings


def test_the_doctor_finds_nothing_wrong_where_nothing_is(sound: Settings, sluse: Sluse) -> None:
    ended = sluse("doctor")
    assert (ended.status, ended.err) == (0, "")
    assert "WRONG" not in ended.out
    assert "→" not in ended.out


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("ALLOWED_HOSTS", ["*"], "Name the hosts in SLUSE_ALLOWED_HOSTS"),
        ("ALLOWED_HOSTS", ["other.example"], "lacks the host of SLUSE_BASE_URL: sluse.example."),
        ("DEBUG", True, "Unset SLUSE_DEBUG."),
        ("ENCRYPTION_KEYS", (NEW,), "Not readable: hlf."),
    ],
)
def test_the_doctor_says_how_to_mend_what_is_wrong(
    sound: Settings, sluse: Sluse, name: str, value: object, mend: str
) -> None:
    setattr(sound, name, value)
    ended = sluse("doctor")
    assert ended.status == 1
    assert mend in ended.out
    assert ended.err == "1 thing is wrong.\n"


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [("BASE_URL", "http://sluse.example", "https://…"), ("EMAIL_HOST", "", "SLUSE_EMAIL_URL")],
)
def test_what_is_only_unwise_is_told_and_is_no_failure(
    sound: Settings, sluse: Sluse, name: str, value: object, mend: str
) -> None:
    setattr(sound, name, value)
    ended = sluse("doctor")
    assert ended.status == 0
    assert mend in ended.out


def test_a_deployment_without_a_worker_sends_nothing(
    sound: Settings, sluse: Sluse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake, "worker_seen", lambda **_now: False)
    assert "Start one: `sluse worker`." in sluse("doctor").out


def test_clocks_that_differ_are_told(sound: Settings, sluse: Sluse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "CLOCK_SKEW_SECONDS_MAX", -1.0)
    ended = sluse("doctor")
    assert (ended.status, "(NTP)" in ended.out) == (1, True)


@pytest.mark.parametrize("right", ["SUPERUSER", "BYPASSRLS"])
def test_a_role_that_walks_through_walls_is_wrong(
    sound: Settings, sluse: Sluse, database_server: Server, right: str
) -> None:
    with database_server.administrator() as administrator:
        administrator.execute(f"ALTER ROLE {postgres.APPLICATION} {right}")
        try:
            ended = sluse("doctor")
        finally:
            administrator.execute(f"ALTER ROLE {postgres.APPLICATION} NO{right}")
    assert (ended.status, "ALTER ROLE … NOSUPERUSER NOBYPASSRLS" in ended.out) == (1, True)
    assert sluse("doctor").status == 0


def test_keys_that_others_can_read_are_told(sound: Settings, sluse: Sluse) -> None:
    path = sound.DATA_DIR / "secrets.json"
    path.write_text("{}")
    try:
        path.chmod(0o644)
        assert "chmod 600 it." in sluse("doctor").out
        path.chmod(0o600)
        assert sluse("doctor").status == 0
    finally:
        path.unlink()
