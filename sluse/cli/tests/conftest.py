"""A terminal in which an operator types commands, and the people they are about."""

import io
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from django.db import connections
from django.utils import translation

from sluse.cli import entry


class Ended(NamedTuple):
    status: int
    out: str
    err: str


Sluse = Callable[..., Ended]


@pytest.fixture
def sluse(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Sluse]:
    """The command as it is typed, in an English terminal."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    # A command closes the connection when it ends, and with it the transaction this test lives in.
    monkeypatch.setattr(connections, "close_all", lambda: None)

    def run(*words: str, typed: str = "") -> Ended:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        try:
            status = entry.run(words)
        except SystemExit as ended:
            status = int(ended.code or 0)
        return Ended(status, *capsys.readouterr())

    with translation.override("en"):
        yield run


# --- organization, user, token --------------------------------------------------------------------
