"""The smaller parts of the supervisor: data folder, port, signals, checks, logs, translations."""

import gettext
import os
import signal
import stat
from pathlib import Path

import pytest
from django.conf import settings

from sluse.up import catalogues, checks, data_folder, interruption, listening, log_file
from sluse.up.errors import CannotStartError
from sluse.up.interruption import StoppedError


def test_a_data_folder_belongs_to_one_at_a_time(tmp_path: Path) -> None:
    data = tmp_path / "data"

    def claim_again() -> None:
        with data_folder.claim(data_dir=data):
            pass

    with data_folder.claim(data_dir=data), pytest.raises(CannotStartError, match="already runs"):
        claim_again()

    claim_again()
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_a_taken_port_is_free_again_once_it_is_let_go() -> None:
    with listening.bind(port=0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(CannotStartError, match=f"Port {port} is taken"):
            listening.bind(port=port)

    listening.bind(port=port).close()


def test_a_port_that_cannot_be() -> None:
    with pytest.raises(CannotStartError, match="There is no port 70000"):
        listening.bind(port=70_000)


def test_the_first_signal_stops_and_the_second_ends_patience() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with interruption.watch() as watched:
        with pytest.raises(StoppedError):
            signal.raise_signal(signal.SIGTERM)
        assert not watched.is_impatient

        signal.raise_signal(signal.SIGINT)
        assert watched.is_impatient

    assert signal.getsignal(signal.SIGTERM) == before


def test_each_mistake_has_its_number_and_a_way_to_mend_it(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = ("SLUSE_SECRET_KEY is not set.", "SLUSE_QUARANTINE_SECONDS must be a whole number of seconds.")
    monkeypatch.setattr(settings, "ENVIRONMENT_PROBLEMS", problems)

    found = checks.check_environment(app_configs=None)

    assert [(message.id, message.msg) for message in found] == [
        ("sluse.E002", problems[0]),
        ("sluse.E004", problems[1]),
    ]
    assert all("sluse up" in str(message.hint) for message in found)


def test_a_long_log_is_put_aside_once(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("wb") as file:
        file.truncate(log_file.BYTES_MAX + 1)

    for _time in range(2):
        with log_file.open_to_append(path=log) as output:
            os.write(output, b"said\n")

    assert log.read_bytes() == b"said\nsaid\n"
    assert (tmp_path / "web.log.1").stat().st_size == log_file.BYTES_MAX + 1
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_translations_are_compiled_when_they_are_newer(tmp_path: Path) -> None:
    source = tmp_path / "nb" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "voucher"\nmsgstr "bilag"\n',
        encoding="utf-8",
    )

    compiled = catalogues.compile_all(locales=tmp_path)

    assert compiled == [source.with_suffix(".mo")]
    with compiled[0].open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("voucher") == "bilag"
    assert catalogues.compile_all(locales=tmp_path) == []
