"""The `sluse` command: what it lists, where it looks for data, and how it says no."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import translation

from sluse.cli import entry
from sluse.organizations.errors import FieldError, InvalidError, SluseError


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An English one, in which everything is set."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SLUSE_DATA_DIR", os.environ["SLUSE_DATA_DIR"])
    with translation.override("en"):
        yield


def raising(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that ends with this error, in the place of `sluse migrate`."""

    class Command(BaseCommand):
        requires_system_checks = []

        def handle(self, *_args: object, **_options: object) -> None:
            raise error

    monkeypatch.setattr(entry, "load_command_class", lambda _app, _name: Command())


def test_help_lists_each_of_our_commands_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.run(["--help"]) == 0

    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    files = Path(entry.commands.__file__ or "").parent.glob("[a-z]*.py")
    assert listed == sorted(file.stem for file in files)
    assert {"up", "web", "worker", "migrate", "sandbox"} <= set(listed)
    assert "shell" not in listed


def test_without_a_command_it_shows_them_and_calls_it_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.run([]) == 2
    assert "Usage: sluse COMMAND" in capsys.readouterr().out


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.run(["shell"]) == 2
    assert capsys.readouterr().err == "There is no command `shell`; `sluse --help` lists them all.\n"


@pytest.mark.parametrize("words", [["--data", "/a/b", "--help"], ["--help", "--data=/a/b"]])
def test_the_data_folder_may_stand_anywhere(words: list[str]) -> None:
    assert entry.run(words) == 0
    assert os.environ["SLUSE_DATA_DIR"] == "/a/b"


def test_an_option_without_its_folder_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.run(["migrate", "--data"]) == 2
    assert capsys.readouterr().err == "--data needs a folder.\n"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (SluseError("No such organization."), "No such organization.\n"),
        (
            InvalidError("Mend this.", errors=[FieldError(path="name", code="blank", detail="It is empty.")]),
            "Mend this.\n  name: It is empty.\n",
        ),
        (
            OperationalError("first line\nconnection refused"),
            "The database cannot be reached: connection refused\n",
        ),
    ],
)
def test_a_refusal_is_a_plain_sentence(
    error: Exception, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raising(error, monkeypatch)

    assert entry.run(["migrate"]) == 1
    assert capsys.readouterr().err == sentence


def test_so_is_what_django_calls_a_command_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raising(CommandError("Not today."), monkeypatch)

    with pytest.raises(SystemExit) as ended:
        entry.run(["migrate"])

    assert ended.value.code == 1
    assert capsys.readouterr().err.endswith("Not today.\n")


def test_missing_settings_are_told_with_the_way_to_mend_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings, "ENVIRONMENT_PROBLEMS", ("SLUSE_SECRET_KEY is not set.",))

    assert entry.run(["migrate"]) == 1

    told = capsys.readouterr().err
    assert told.startswith("SLUSE_SECRET_KEY is not set. Start `sluse up`")
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("named", "language"),
    [
        ("nb_NO.UTF-8", "nb"),
        ("nn_NO", "nn"),
        ("no_NO.UTF-8", "nb"),
        ("en_GB.UTF-8", "en"),
        ("C.UTF-8", "en"),
        ("", "en"),
    ],
)
def test_it_speaks_the_language_of_the_terminal(
    named: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", named)

    assert entry.run(["--help"]) == 0
    assert translation.get_language() == language
