"""Kari administers HLF; the accounting system is the sandbox, over real HTTP."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from sluse.organizations.models import Organization, User
from sluse.sandbox import business_central as sandbox
from sluse.sandbox.remote import Remote
from sluse.sandbox.serve import running
from tests import scene


@pytest.fixture(scope="session")
def sandbox_address() -> Iterator[str]:
    with running(sandbox.create()) as base:
        yield base


@pytest.fixture
def erp(sandbox_address: str, settings: Settings) -> Iterator[Remote]:
    settings.BUSINESS_CENTRAL_API_URL = settings.BUSINESS_CENTRAL_LOGIN_URL = sandbox_address
    settings.ERP_DEADLINE_SECONDS = 5.0
    remote = Remote(base=sandbox_address)
    yield remote
    remote.reset()


@pytest.fixture
def hlf(committed_database: None) -> Organization:
    return scene.organization()


@pytest.fixture
def kari(hlf: Organization) -> User:
    return scene.administrator(hlf)


@pytest.fixture
def tenant(hlf: Organization, kari: User, erp: Remote) -> str:
    """HLF's own tenant in the sandbox; the connector is ready, its switch still off."""
    return scene.make_ready(hlf, kari)
