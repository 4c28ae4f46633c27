"""An accounting system that says our own secret back to us: what it answers is kept and shown, but never that."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from sluse.connectors import entra
from sluse.organizations.models import Organization
from sluse.sandbox.remote import Remote
from sluse.sandbox.serve import running
from sluse.sync import setup
from sluse.vouchers import store
from tests import canaries, people, scene
from tests.canaries import everything_logged
from tests.crash import kinds
from tests.crash.kinds import Kind

__all__ = ["everything_logged"]

SENDING: dict[str, dict[str, Any]] = {
    "business_central": {"operation": "POST companies", "status": 400},
    "business_central_journals": {"operation": "POST companies", "status": 400},
    "xledger": {"body": "addGLImportItems"},
}
"""Where each is refused while it sends. What Finance answers passes the same door."""
CODE = {"xledger": "INVALID_VALUE"}
KINDS = [kind for kind in kinds.KINDS if kind.name in SENDING]
each = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@pytest.fixture
def hlf(committed_database: None) -> Organization:
    entra._tokens.clear()  # another test's are nobody's here
    return scene.organization()


@pytest.fixture
def erp(kind: Kind, settings: Settings) -> Iterator[Remote]:
    with running(kind.sandbox()) as base:
        for name, address in kind.addresses(base).items():
            setattr(settings, name, address)
        yield Remote(base=base)


@pytest.fixture
def searched(
    hlf: Organization,
    everything_logged: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> Callable[[], list[str]]:
    """All that is shown and kept of it now."""
    grete = people.global_administrator(timezone.now())

    def all_of_it() -> list[str]:
        program, browser = canaries.program(person=grete), canaries.browser(person=grete)
        told = canaries.every_page(of=hlf, browser=browser) + canaries.every_read(of=hlf, program=program)
        return [
            *[canaries.text_of(response=response) for response in told],
            canaries.typed(words=("log", "export", "hlf"), capsys=capsys),
            *[f"{letter.subject}{letter.body}" for letter in mail.outbox],
            everything_logged.text,
            canaries.tables(),
        ]

    return all_of_it


@each
def test_a_refusal_that_repeats_the_secret_is_kept_without_it(
    kind: Kind, hlf: Organization, erp: Remote, searched: Callable[[], list[str]]
) -> None:
    tenant, own = _ready(kind, hlf)
    repeated = " and ".join([*own, *_tokens()])
    code = CODE.get(kind.name, f"Application_{[*own, *_tokens()][-1]}")
    erp.fault(
        tenant=tenant,
        kind="refuse",
        code=code,
        message=f"Echo: {repeated} are no good.",
        count=4,
        **SENDING[kind.name],
    )
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)

    texts = searched()
    assert any("Echo: " in text for text in texts), "it was refused in those words"
    assert canaries.found(secrets=[*own, *_tokens()], texts=texts) == []


def _ready(kind: Kind, of: Organization) -> tuple[str, list[str]]:
    """The tenant there, and the secrets we hold for it."""
    tenant, now = kind.tenant(), timezone.now()
    kari = scene.administrator(of)
    credentials = kind.credentials(tenant)
    setup.configure_connector(
        organization=of,
        kind=kind.connector,
        settings=kind.settings(tenant),
        credentials=credentials,
        actor=scene.actor(kari),
        now=now,
    )
    store.save(organization=of, content=kind.mapping, actor=scene.actor(kari), now=now)
    scene.check_connection(of, kari)
    scene.enable(of, kari)
    return tenant, [value for name, value in credentials.items() if name != "client_id"]


def _tokens() -> list[str]:
    return [token.text for token in entra._tokens.values()]
