"""A secret set by every door is searched for wherever it must not be: pages, answers, exports, logs, faults, tables."""

import base64
import contextlib
import json
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.views.debug import ExceptionReporter
from pytest_django import Settings

from sluse.audit.models import Entry
from sluse.cli import entry
from sluse.connectors import configure, registry, vault
from sluse.connectors.base import Permit
from sluse.organizations import tokens
from sluse.organizations.models import Organization, User
from sluse.sandbox import business_central as sandbox
from sluse.sandbox.remote import Remote
from sluse.sync.models import Posting, Run
from sluse.web import urls
from tests import people, scene

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
def everything_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> Iterator[pytest.LogCaptureFixture]:
    """Of every logger there is, whatever its own level and wherever it ends otherwise."""
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        monkeypatch.setattr(logger, "propagate", True)
        logger.setLevel(logging.NOTSET)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("sluse.connectors.http").debug("Nothing is too small.")
        assert "Nothing is too small." in caplog.text
        yield caplog
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


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
    browser, program = _browser(kari), _program(kari)
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
    told += _every_page(hlf, _browser(grete))
    told += _every_read(hlf, program)
    texts = [_text(response) for response in told]
    texts += [_typed(words, capsys) for words in COMMANDS]
    texts += [f"{letter.subject}{letter.body}" for letter in mail.outbox]
    texts += [json.dumps(erp.requests()), json.dumps(erp.vouchers()), everything_logged.text, _tables()]
    texts += [repr(row.details) for row in Entry.objects.all()]
    bearer = str(program.defaults["HTTP_AUTHORIZATION"]).removeprefix("Bearer ")
    for secret in (CANARY, NEXT_CANARY, sandbox.CLIENT_SECRET, webhook, bearer, scene.PASSWORD, *_keys()):
        for written in _written(secret):
            assert [text[:200] for text in texts if written in text] == []


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


def _written(secret: str) -> list[str]:
    """As it is, and as something on its way may have put it."""
    raw = secret.encode()
    return [
        secret,
        base64.b64encode(raw).decode().rstrip("="),
        raw.hex(),
        quote(secret, safe=""),
        repr(secret)[1:-1],
    ]


def _typed(words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a command writes, to whichever of the two."""
    with contextlib.suppress(SystemExit):
        entry.run(words)
    return "".join(capsys.readouterr())


def _keys() -> list[str]:
    return [base64.b64encode(key).decode() for _name, key in django_settings.ENCRYPTION_KEYS]


def _every_page(of: Organization, browser: Client) -> list[Any]:
    """Whatever the URLconf has and answers to GET: a new page is searched without anybody remembering."""
    posting = Posting.objects.get(organization=of)
    examples = {
        "slug": of.slug,
        "external_id": posting.external_id,
        "posting_id": posting.pk,
        "sequence": 1,
        "number": posting.pk,
        "form": "jsonl",
        "hold_id": 1,
        "approval_id": 1,
        "attachment_id": posting.pk,
    }
    names = [
        (pattern.name, {*pattern.pattern.regex.groupindex, *pattern.pattern.converters})
        for pattern in urls.urlpatterns
    ]
    pages = [reverse(f"web:{name}", kwargs={one: examples[one] for one in wanted}) for name, wanted in names]
    answers = [browser.get(page) for page in pages]
    assert sum(answer.status_code == 200 for answer in answers) > 20
    return answers


def _every_read(of: Organization, program: Client) -> list[Any]:
    """Whatever the description of the API has to read about an organization, and the metrics."""
    posting = Posting.objects.get(organization=of)
    run = Run.objects.filter(organization=of).first()
    named = {
        "org": of.slug,
        "external_id": posting.external_id,
        "posting_id": posting.pk,
        "run_id": run and run.pk,
    }
    described = program.get("/api/v1/openapi.json").json()["paths"]
    paths = [path for path, calls in described.items() if "get" in calls and "{org}" in path]
    wanted = [path.format_map(defaultdict(lambda: str(posting.pk), named)) for path in paths]
    answers = [program.get(path) for path in [*wanted, "/metrics", "/api/v1/organizations"]]
    assert sum(answer.status_code == 200 for answer in answers) > 10
    return answers


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


def _browser(person: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def _program(person: User) -> Client:
    scopes = [scope for scope in tokens.SCOPES if scope != "platform"]
    issued = tokens.issue(
        user=person, organization=None, scopes=scopes, expires_at=None, now=person.created_at
    )
    return Client(headers={"Authorization": f"Bearer {issued.plaintext}"})


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


def _text(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{content.decode()}{dict(response.headers)}"


def _tables() -> str:
    """Every row of every table, as a dump has them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        names = [name for (name,) in cursor.fetchall()]
        rows: list[str] = []
        for name in names:
            cursor.execute(f"SELECT row_to_json(t)::text FROM {name} t")  # noqa: S608 - names from the catalogue
            rows += [row for (row,) in cursor.fetchall()]
    assert len(names) > 20
    return "\n".join(rows)
