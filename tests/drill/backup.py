"""A backup as an operator makes one, `pg_dump`, and its way back into the same data folder."""

import os
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from psycopg import sql

from sluse.up import binaries, data_folder, databases, postgres
from sluse.up.cluster import ADMINISTRATOR


def dump(*, data: Path, url: str, file: Path) -> None:
    """While everything runs. As PostgreSQL's administrator, whom no rule of a row keeps anything from."""
    place = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    _run(data, "pg_dump", place["host"], "--format=custom", f"--file={file}", f"--dbname={postgres.DATABASE}")


def restore(*, data: Path, file: Path) -> None:
    """Nothing of ours runs but PostgreSQL. Only the database is put back: the data folder stays as it is."""
    server = postgres.start(
        folder=data / databases.FOLDER,
        log=data / data_folder.LOGS / "postgresql.log",
        passwords=databases.keep_secrets(data_dir=data).passwords,
    )
    try:
        with server.administrator(database="postgres") as connection:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(postgres.DATABASE)))
        place = str(server.cluster.socket_folder)
        _run(data, "pg_restore", place, "--create", "--exit-on-error", "--dbname=postgres", str(file))
    finally:
        server.stop()


def _run(data: Path, program: str, socket_folder: str, *arguments: str) -> None:
    passwords = databases.keep_secrets(data_dir=data).passwords
    command = [str(binaries.folder(account=None) / program), f"--host={socket_folder}"]
    subprocess.run(
        [*command, f"--username={ADMINISTRATOR}", *arguments],
        env={**os.environ, "PGPASSWORD": passwords.administrator},
        check=True,
    )
