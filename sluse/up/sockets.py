"""Where the server's unix socket lies. Its address holds about a hundred bytes, less than many a path."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from django.utils.translation import gettext as _

from sluse.up.errors import CannotStartError
from sluse.up.lifeline import Account

PORT = 5432
"""Only part of the socket's name: nothing listens on the network."""
ADDRESS_BYTES_MAX = 100
ONLY_ITS_OWNER = 0o700


def folder(*, preferred: Path, owner: Account | None) -> Path:
    """Beside the data where its name is short enough, else a private folder among the temporary ones."""
    if fits(preferred):
        return preferred
    marker = hashlib.sha256(os.fsencode(preferred)).hexdigest()[:12]
    private = Path(tempfile.gettempdir()) / f"sluse-{marker}"
    user, group = (owner.user, owner.group) if owner else (os.geteuid(), os.getegid())
    try:
        private.mkdir(mode=ONLY_ITS_OWNER)
        os.chown(private, user, group)
    except FileExistsError:
        _refuse_strangers(private, user)
    return private


def fits(place: Path) -> bool:
    return len(os.fsencode(place / f".s.PGSQL.{PORT}")) <= ADDRESS_BYTES_MAX


def _refuse_strangers(private: Path, user: int) -> None:
    """Anyone can make a folder there first, and would then own the way to our database."""
    facts = private.lstat()
    if (
        not stat.S_ISDIR(facts.st_mode)
        or facts.st_uid != user
        or stat.S_IMODE(facts.st_mode) != ONLY_ITS_OWNER
    ):
        raise CannotStartError(
            _("%(folder)s was made by somebody else; remove it, or choose a data folder with a shorter name.")
            % {"folder": private}
        )
