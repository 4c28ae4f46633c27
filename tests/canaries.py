"""Where a secret is looked for: whatever is shown, answered, logged or kept, in every form it may have there."""

import base64
import contextlib
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from sluse.cli import entry
from sluse.organizations import tokens
from sluse.organizations.models import Organization, User
from sluse.sync.models import Posting, Run
from sluse.web import urls


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


def found(*, secrets: Sequence[str], texts: Sequence[str]) -> list[tuple[str, str]]:
    """Which of them is in which text, by the beginning of both."""
    wanted = [(secret, form) for secret in secrets for form in written(secret=secret)]
    return [(secret, text[:200]) for secret, form in wanted for text in texts if form in text]


def written(*, secret: str) -> set[str]:
    """As it is, and as something on its way may have put it."""
    raw = secret.encode()
    plain = {secret, raw.hex(), quote(secret, safe=""), repr(secret)[1:-1], escape(secret)}
    return plain | {_within_base64(raw, before) for before in range(3)}


def _within_base64(raw: bytes, before: int) -> str:
    """What of it is the same whatever stands around it: three bytes make four letters, wherever the first of them falls."""
    whole = base64.b64encode(bytes(before) + raw).decode()
    first = (0, 2, 3)[before]
    last = len(raw + bytes(before)) * 8 // 6
    return whole[first:last]


def browser(*, person: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def program(*, person: User) -> Client:
    scopes = [scope for scope in tokens.SCOPES if scope != "platform"]
    issued = tokens.issue(
        user=person, organization=None, scopes=scopes, expires_at=None, now=person.created_at
    )
    return Client(headers={"Authorization": f"Bearer {issued.plaintext}"})


def every_page(*, of: Organization, browser: Client) -> list[Any]:
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


def every_read(*, of: Organization, program: Client) -> list[Any]:
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


def text_of(*, response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{content.decode()}{dict(response.headers)}"


def typed(*, words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a command writes, to whichever of the two."""
    with contextlib.suppress(SystemExit):
        entry.run(words)
    return "".join(capsys.readouterr())


def tables() -> str:
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
