"""A secret set by every door is searched for wherever it must not be: pages, answers, exports, logs, faults, tables."""

import base64
import json
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client, RequestFactory
from django.utils import timezone
from django.views.debug import ExceptionReporter
from pytest_django import Settings

from sluse.audit.models import Entry
from sluse.connectors import configure, registry, vault
from sluse.connectors.base import Permit
from sluse.organizations.models import Organization, User
from sluse.sandbox import business_central as sandbox
from sluse.sandbox.remote import Remote
from tests import canaries, people, scene
from tests.canaries import everything_logged

__all__ = ["everything_logged"]

CANARY = "kanarifugl-7f3a9c-synger-aldri"
NEXT_CANARY = "kanarifugl-8b1d2e-neste-i-rekka"
COMMANDS = (
    ("doctor",),
    ("log", "export", "hlf"),
    ("log", "verify"),
    ("keys", "rotate"),
    ("switch", "hlf"),
    ("reconcile", "hlf"),
)


@pytest.fixture
def hlf(committed_database: None, erp: Remote) -> Organization:
    return scene.organization()


@pytest.fixture
def kari(hlf: Organization) -> User:
    return scene.administrator(hlf)


def test_a_secret_appears_nowhere(
    hlf: Organization,
    kari: User,
    erp: Remote,
    everything_logged: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    grete = people.global_administrator(timezone.now())
    browser, program = canaries.browser(person=kari), canaries.program(person=kari)
    told = [*_set_by_api(program), *_set_by_screen(browser)]
    told += [program.post("/api/v1/organizations/hlf/connector/test"), browser.post("/o/hlf/connector/test/")]
    scene.configure(hlf, kari)  # the one the sandbox accepts, so that a whole sending is searched too
    scene.make_ready(hlf, kari)
    scene.enable(hlf, kari)
    told += [*_set_beside_by_api(program), *_set_beside_by_screen(browser)]
    webhook = browser.post("/o/hlf/webhook/make/").context["made"]
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    assert scene.states(hlf) == {"posted": 1}
    told += canaries.every_page(of=hlf, browser=canaries.browser(person=grete))
    told += canaries.every_read(of=hlf, program=program)
    texts = [canaries.text_of(response=response) for response in told]
    texts += [canaries.typed(words=words, capsys=capsys) for words in COMMANDS]
    texts += [f"{letter.subject}{letter.body}" for letter in mail.outbox]
    texts += [
        json.dumps(erp.requests()),
        json.dumps(erp.vouchers()),
        everything_logged.text,
        canaries.tables(),
    ]
    texts += [repr(row.details) for row in Entry.objects.all()]
    bearer = str(program.defaults["HTTP_AUTHORIZATION"]).removeprefix("Bearer ")
    secrets = (CANARY, NEXT_CANARY, sandbox.CLIENT_SECRET, webhook, bearer, scene.PASSWORD, *_keys())
    assert canaries.found(secrets=secrets, texts=texts) == []


def test_no_object_shows_it_in_its_repr(hlf: Organization, kari: User) -> None:
    scene.configure(hlf, kari)
    row = configure.find(organization=hlf)
    assert row is not None
    assert vault.opened(row=row)["client_secret"] == sandbox.CLIENT_SECRET

    async def permit() -> None: ...

    allowed: Permit = permit
    connector = registry.open_connector(row=row, permit=allowed)
    shown = [repr(one) for one in (row, connector, vars(connector), row.credentials, row.data_key)]
    assert [text for text in shown if sandbox.CLIENT_SECRET in text] == []


@pytest.mark.parametrize("debug", [True, False])
def test_no_report_of_a_fault_shows_it(settings: Settings, *, debug: bool) -> None:
    settings.DEBUG = debug
    request = RequestFactory().post(
        "/o/hlf/connector/system/",
        {"credentials.client_secret": CANARY},
        headers={"Authorization": f"Bearer {CANARY}", "Cookie": f"sluse_session={CANARY}"},
    )
    try:
        _fail(CANARY)
    except RuntimeError as error:
        reporter = ExceptionReporter(request, type(error), error, error.__traceback__)
    for text in (reporter.get_traceback_html(), reporter.get_traceback_text()):
        assert CANARY not in text
        assert "RuntimeError" in text


def _fail(client_secret: str) -> None:
    credentials = {"client_secret": client_secret}
    raise RuntimeError(f"something else than {len(credentials)} secret")


def _keys() -> list[str]:
    return [base64.b64encode(key).decode() for _name, key in django_settings.ENCRYPTION_KEYS]


def _set_beside_by_api(program: Client) -> list[Any]:
    address = "/api/v1/organizations/hlf/connector/next-credentials"
    body = {"credentials": {"client_secret": NEXT_CANARY}}
    put = program.put(address, body, content_type="application/json")
    assert put.status_code == 200
    return [put, program.post(f"{address}/test")]


def _set_beside_by_screen(browser: Client) -> list[Any]:
    put = browser.post("/o/hlf/connector/credentials/", {"credentials.client_secret": NEXT_CANARY})
    assert put.status_code == 303
    return [put, browser.post("/o/hlf/connector/credentials/test/")]


def _set_by_api(program: Client) -> list[Any]:
    """Rightly, and in every wrong place somebody might paste it into."""
    settings = scene.connector_settings("5f4c1c8a-3c1e-4f6e-9a59-0d8f7a1c2b3d")
    body = {"kind": "business_central", "settings": settings, "credentials": _credentials(CANARY)}
    wrong = [
        body,
        body | {"settings": settings | {"environment": CANARY}},
        body | {"settings": settings | {"tenant_id": CANARY}},
        body | {"settings": settings | {CANARY: "x"}},
        body | {"credentials": {"client_id": CANARY, "client_secret": CANARY}},
        body | {"credentials": [CANARY]},
        body | {"kind": CANARY},
    ]
    address = "/api/v1/organizations/hlf/connector"
    answers = [program.put(address, one, content_type="application/json") for one in (*wrong, body)]
    assert answers[-1].status_code == 200
    named_itself = answers[1], answers[3]  # a setting is no secret; its name is echoed as it was written
    return [answer for answer in answers if answer not in named_itself]


def _set_by_screen(browser: Client) -> list[Any]:
    form = {f"credentials.{name}": value for name, value in _credentials(CANARY).items()}
    settings = scene.connector_settings("5f4c1c8a-3c1e-4f6e-9a59-0d8f7a1c2b3d")
    form |= {f"settings.{name}": str(value) for name, value in settings.items()}
    form["kind"] = "business_central"
    right = browser.post("/o/hlf/connector/system/", form)
    wrong = browser.post("/o/hlf/connector/system/", form | {"settings.tenant_id": "no id"})
    assert (right.status_code, wrong.status_code) == (303, 422)
    return [right, wrong]


def _credentials(secret: str) -> dict[str, str]:
    return scene.credentials() | {"client_secret": secret}
