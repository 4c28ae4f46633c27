"""The server's user reads the installed programs, or a copy of them that only root could have made."""

import os
import subprocess
from pathlib import Path

import pytest

from sluse.up import binaries
from sluse.up.errors import CannotStartError
from sluse.up.lifeline import Account

SOMEBODY = Account(user=65534, group=65534)


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment below a folder that only its owner enters."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    for part in binaries.PARTS:
        (home / part).parent.mkdir(exist_ok=True)
        (home / part).symlink_to(binaries._site() / part)
    monkeypatch.setattr(binaries, "_site", lambda: home)
    return tmp_path / "copies"


def test_we_ourselves_need_no_copy(closed: Path) -> None:
    assert (binaries.folder(account=None, copies=closed) / "postgres").exists()
    assert not closed.exists()


def test_a_user_who_cannot_enter_gets_a_copy_once(closed: Path) -> None:
    first = binaries.folder(account=SOMEBODY, copies=closed)
    made_at = first.stat().st_mtime_ns

    assert binaries.folder(account=SOMEBODY, copies=closed) == first
    assert first.stat().st_mtime_ns == made_at
    assert len(list(closed.iterdir())) == 1


@pytest.mark.parametrize("program", ["initdb", "postgres"])
def test_the_copy_is_whole(closed: Path, program: str) -> None:
    programs = binaries.folder(account=SOMEBODY, copies=closed)

    told = subprocess.run([programs / program, "--version"], capture_output=True, text=True, check=True)

    assert "PostgreSQL) 18." in told.stdout


def test_everyone_can_read_the_copy(closed: Path) -> None:
    binaries.folder(account=SOMEBODY, copies=closed)

    for place, folders, files in os.walk(closed):
        assert all(Path(place, name).stat().st_mode & 0o005 == 0o005 for name in folders)
        assert all(Path(place, name).stat().st_mode & 0o004 for name in files)


def test_a_copy_others_can_change_is_not_trusted(closed: Path) -> None:
    binaries.folder(account=SOMEBODY, copies=closed)
    next(closed.iterdir()).chmod(0o777)

    with pytest.raises(CannotStartError, match="can be changed by others"):
        binaries.folder(account=SOMEBODY, copies=closed)
