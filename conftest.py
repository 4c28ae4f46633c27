"""Fixtures of every test. The database is that of `tests/database.py`; Django makes none of its own.

The people: Kari administers HLF, Rune audits it, Ola administers another organization, Grete the platform.
"""

import os
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from sluse.connectors import pace
from sluse.organizations.models import Organization, Role, User
from sluse.sync import memory
from sluse.up import schema
from sluse.up.postgres import Server
from tests import database, people


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> None:
    """The schema as production gets it: made by its owner, used by the application's role."""
    with django_db_blocker.unblock():
        schema.migrate()


@pytest.fixture
def committed_database(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    database_server: Server,
) -> Iterator[None]:
    """For tests whose threads and processes must see one another's rows: all is committed, then emptied.

    Used in place of `transactional_db`, whose TRUNCATE the append-only log refuses.
    """
    with django_db_blocker.unblock():
        yield
        connections.close_all()
        database.empty(server=database_server)
        (settings.DATA_DIR / memory.FILE).unlink(missing_ok=True)  # it remembers what was just emptied


@pytest.fixture(autouse=True)
def paced_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process of the tests keeps to the limits by itself, without a database; that processes share them is tried
    where the pace is."""
    monkeypatch.setattr(pace, "shared_seconds", pace.alone_seconds)


@pytest.fixture
def process_environment() -> dict[str, str]:
    """For programs that a test starts: this process's database, keys and data folder."""
    return dict(os.environ)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def hlf(db: None, now: datetime) -> Organization:
    return people.organization("hlf", "Hørselshemmedes Landsforbund", now)


@pytest.fixture
def other(db: None, now: datetime) -> Organization:
    return people.organization("turlaget", "Turlaget Fjell og Fjord", now)


@pytest.fixture
def kari(hlf: Organization, now: datetime) -> User:
    return people.member(hlf, "kari@hlf.example", "Kari Nordmann", Role.ADMINISTRATOR, now)


@pytest.fixture
def rune(hlf: Organization, now: datetime) -> User:
    return people.member(hlf, "rune@hlf.example", "Rune Revisor", Role.AUDITOR, now)


@pytest.fixture
def ola(other: Organization, now: datetime) -> User:
    return people.member(other, "ola@turlaget.example", "Ola Fjell", Role.ADMINISTRATOR, now)


@pytest.fixture
def grete(db: None, now: datetime) -> User:
    return people.global_administrator(now)


@pytest.fixture
def ready(hlf: Organization, kari: User, now: datetime) -> Organization:
    people.make_ready(hlf, kari, now)
    return hlf
