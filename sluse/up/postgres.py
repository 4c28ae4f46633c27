"""The embedded PostgreSQL: our own child, reached only through a unix socket and with a password.

For one machine. Several machines share a server of their own through SLUSE_DATABASE_URL.
"""

import contextlib
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.utils.translation import gettext as _
from psycopg import sql

from sluse.up import cluster as clusters
from sluse.up import leftovers, lifeline, log_file, sockets
from sluse.up.cluster import Cluster
from sluse.up.errors import CannotStartError
from sluse.up.secrets import Passwords

DATABASE, OWNER, APPLICATION = "sluse", "sluse_owner", "sluse"
START_SECONDS_MAX = 600
"""A server that was killed replays its log first, which takes long after heavy work on a slow disk."""
PAUSE_SECONDS = 0.02
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "jit": "off",  # our statements are short
    "idle_in_transaction_session_timeout": "5min",  # nobody holds a transaction while waiting for a network
    "log_error_verbosity": "terse",  # details of an error hold values of rows
    "log_min_error_statement": "panic",  # so do statements
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    cluster: Cluster
    process: "subprocess.Popen[bytes]"
    passwords: Passwords

    @property
    def url(self) -> str:
        """For the application, which does not own its log."""
        return self._url(APPLICATION, self.passwords.application)

    @property
    def owner_url(self) -> str:
        return self._url(OWNER, self.passwords.owner)

    def _url(self, role: str, password: str) -> str:
        place = quote(str(self.cluster.socket_folder), safe="")
        return f"postgresql://{role}:{quote(password)}@/{DATABASE}?host={place}&port={sockets.PORT}"

    @contextlib.contextmanager
    def administrator(
        self, *, database: str = DATABASE
    ) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
        with psycopg.connect(
            host=str(self.cluster.socket_folder),
            port=sockets.PORT,
            user=clusters.ADMINISTRATOR,
            password=self.passwords.administrator,
            dbname=database,
            autocommit=True,
        ) as connection:
            yield connection

    def is_running(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        """Fast, then without a checkpoint, then at once."""
        for number, patience_seconds in leftovers.PATIENCE_SECONDS:
            if self.is_running():
                self.process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=patience_seconds)
                break
        if self.cluster.socket_folder != self.cluster.folder:
            with contextlib.suppress(OSError):
                self.cluster.socket_folder.rmdir()


def start(*, folder: Path, log: Path, passwords: Passwords, options: dict[str, str] | None = None) -> Server:
    """Answers once the server takes connections and its roles and database are there."""
    cluster = clusters.prepare(folder=folder, passwords=passwords)
    leftovers.end(cluster=cluster)
    server = Server(cluster=cluster, process=_launch(cluster, log, options or {}), passwords=passwords)
    try:
        _wait(server, log)
        _ensure_roles(server)
    except BaseException:  # whatever went wrong, Ctrl-C too: nothing may be left running
        server.stop()
        raise
    return server


def _launch(cluster: Cluster, log: Path, options: dict[str, str]) -> "subprocess.Popen[bytes]":
    relative = cluster.socket_folder == cluster.folder
    settings = {
        **OPTIONS,
        "cluster_name": cluster.name,
        "port": str(sockets.PORT),
        "unix_socket_directories": "." if relative else str(cluster.socket_folder),
        **options,
    }
    arguments = [str(cluster.programs / "postgres"), "-D", cluster.seen_by_server]
    arguments += [f"--{name}={value}" for name, value in settings.items()]
    with log_file.open_to_append(path=log) as output:
        return subprocess.Popen(
            lifeline.command(arguments=arguments, signal_number=signal.SIGINT, account=cluster.account),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cluster.folder,
            env=clusters.PLAIN_ENVIRONMENT,
            start_new_session=True,
        )


def _wait(server: Server, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        if not server.is_running():
            raise CannotStartError(_("PostgreSQL did not start; %(log)s says why.") % {"log": log})
        try:
            with server.administrator(database="postgres"):
                return
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise CannotStartError(
                    _("The database in %(folder)s has other passwords than secrets.json beside it.")
                    % {"folder": server.cluster.folder}
                ) from error
        time.sleep(PAUSE_SECONDS)
    raise CannotStartError(_("PostgreSQL took too long to start; see %(log)s.") % {"log": log})


def _ensure_roles(server: Server) -> None:
    """Each start, so that a start cut short is completed and the passwords are those of the data folder."""
    with server.administrator(database="postgres") as connection:
        for role, password in ((OWNER, server.passwords.owner), (APPLICATION, server.passwords.application)):
            name = sql.Identifier(role)
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(password)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            names = {"database": sql.Identifier(DATABASE), "owner": sql.Identifier(OWNER)}
            connection.execute(sql.SQL("CREATE DATABASE {database} OWNER {owner}").format(**names))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                sql.Identifier(DATABASE), sql.Identifier(APPLICATION)
            )
        )
