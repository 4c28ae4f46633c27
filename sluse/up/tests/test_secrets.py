"""Keys are made once, kept private, and never made anew beside data that needs the old ones."""

import stat
from pathlib import Path

import pytest

from sluse import environment
from sluse.up import secrets
from sluse.up.errors import CannotStartError


def test_made_once(tmp_path: Path) -> None:
    first = secrets.keep(data_dir=tmp_path, database_exists=False)

    assert secrets.keep(data_dir=tmp_path, database_exists=True) == first


def test_only_we_may_read_them(tmp_path: Path) -> None:
    secrets.keep(data_dir=tmp_path, database_exists=False)

    assert stat.S_IMODE((tmp_path / secrets.FILE).stat().st_mode) == 0o600


def test_they_satisfy_the_settings() -> None:
    made = secrets.make()

    read = environment.read({**made.variables, "SLUSE_DATABASE_URL": "postgresql://sluse@/sluse"})

    assert read.problems == ()
    assert made != secrets.make()


def test_lost_keys_are_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(CannotStartError, match="is missing"):
        secrets.keep(data_dir=tmp_path, database_exists=True)

    assert not (tmp_path / secrets.FILE).exists()


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"secret_key": "a"}'])
def test_a_damaged_file_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / secrets.FILE).write_text(content)

    with pytest.raises(CannotStartError, match="is damaged"):
        secrets.keep(data_dir=tmp_path, database_exists=True)
