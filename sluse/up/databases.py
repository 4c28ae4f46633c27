"""The database of `sluse up`: the embedded one of the data folder, or the server an operator named."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import psycopg
from django.utils.translation import gettext as _

from sluse.up import data_folder, postgres, secrets
from sluse.up.errors import CannotStartError
from sluse.up.saying import say
from sluse.up.secrets import Secrets as Secrets

FOLDER = "postgresql"
SERVER_VERSION_MIN = 150_000
CONNECT_SECONDS_MAX = 10


class Database(Protocol):
    variables: dict[str, str]

    def mend(self) -> None: ...

    def stop(self) -> None: ...


class Embedded:
    def __init__(self, *, data_dir: Path, kept: Secrets) -> None:
        self._data_dir, self._kept = data_dir, kept
        self._server = self._start()
        self.variables = {
            "SLUSE_DATABASE_URL": self._server.url,
            "SLUSE_OWNER_DATABASE_URL": self._server.owner_url,
        }

    def mend(self) -> None:
        if not self._server.is_running():
            say(_("PostgreSQL ended unexpectedly; its data is being recovered."))
            self._server = self._start()
            say(_("PostgreSQL runs again."))

    def stop(self) -> None:
        self._server.stop()

    def _start(self) -> postgres.Server:
        return postgres.start(
            folder=self._data_dir / FOLDER,
            log=self._data_dir / data_folder.LOGS / "postgresql.log",
            passwords=self._kept.passwords,
        )


class External:
    """Somebody else's to keep alive; we only make sure that it is there."""

    def __init__(self, *, variables: Mapping[str, str]) -> None:
        names = ("SLUSE_DATABASE_URL", "SLUSE_OWNER_DATABASE_URL")
        self.variables = {name: variables[name] for name in names if variables.get(name)}
        _refuse_unreachable(variables["SLUSE_DATABASE_URL"])

    def mend(self) -> None: ...

    def stop(self) -> None: ...


def keep_secrets(*, data_dir: Path) -> Secrets:
    return secrets.keep(data_dir=data_dir, database_exists=(data_dir / FOLDER).exists())


def _refuse_unreachable(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_SECONDS_MAX) as connection:
            version = connection.info.server_version
    except psycopg.ProgrammingError as error:  # its text repeats the address, password and all
        raise CannotStartError(_("SLUSE_DATABASE_URL is not a valid address.")) from error
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1]
        raise CannotStartError(
            _("The database of SLUSE_DATABASE_URL cannot be reached: %(reason)s") % {"reason": reason}
        ) from error
    if version < SERVER_VERSION_MIN:
        raise CannotStartError(
            _("The database of SLUSE_DATABASE_URL is PostgreSQL %(found)s; Sluse needs 15 or newer.")
            % {"found": version // 10_000}
        )
