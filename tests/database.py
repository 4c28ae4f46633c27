"""A real PostgreSQL for every test process: there before Django's settings, gone when the process ends.

Loaded by `-p tests.database`, so that it comes before the plugin that sets Django up.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest

from sluse.up import postgres, secrets
from sluse.up.postgres import Server as Server

FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_senders": "0",
    "wal_level": "minimal",
}
"""A test's database need not survive the machine."""
KEPT = ("django_migrations", "django_content_type", "auth_permission")
USED_TABLES = """
SELECT quote_ident(relname) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname != ALL(%s) AND pg_relation_size(oid) > 0
"""
REFUSING_TRIGGERS = """
SELECT tgrelid::regclass || ' ' || quote_ident(tgname) FROM pg_trigger
WHERE NOT tgisinternal AND tgenabled = 'A' AND tgtype & 32 != 0  -- on TRUNCATE
"""
RUNNING = pytest.StashKey[Server]()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    folder = Path(tempfile.mkdtemp(prefix="sluse-tests-"))
    early_config.add_cleanup(lambda: shutil.rmtree(folder))
    made = secrets.make()
    server = postgres.start(
        folder=folder / "postgresql", log=folder / "postgresql.log", passwords=made.passwords, options=FAST
    )
    early_config.add_cleanup(server.stop)
    early_config.stash[RUNNING] = server
    _set_environment(folder, made, server)
    return (yield)


def _set_environment(folder: Path, made: secrets.Secrets, server: Server) -> None:
    for name in [name for name in os.environ if name.startswith("SLUSE_")]:
        del os.environ[name]
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "sluse.settings",
        "SLUSE_DATA_DIR": str(folder),
        "SLUSE_DATABASE_URL": server.url,
        "SLUSE_OWNER_DATABASE_URL": server.owner_url,
        "SLUSE_SECRET_KEY": made.secret_key,
        "SLUSE_ENCRYPTION_KEYS": made.encryption_keys,
    }


@pytest.fixture(scope="session")
def database_server(request: pytest.FixtureRequest) -> Server:
    return request.config.stash[RUNNING]


def empty(*, server: Server) -> None:
    """Every row of every test's making. As administrator, for the log refuses everybody else."""
    with server.administrator() as connection, connection.transaction():
        connection.execute("SET LOCAL lock_timeout = '10s'")  # a test that left a transaction open is told so
        used = _names(connection, USED_TABLES, KEPT)
        refusing = _names(connection, REFUSING_TRIGGERS)
        for trigger in refusing:
            connection.execute(f"ALTER TABLE {trigger.replace(' ', ' DISABLE TRIGGER ')}")
        if used:
            connection.execute(f"TRUNCATE {', '.join(used)} RESTART IDENTITY CASCADE")
        for trigger in refusing:
            connection.execute(f"ALTER TABLE {trigger.replace(' ', ' ENABLE ALWAYS TRIGGER ')}")


def _names(
    connection: "psycopg.Connection[tuple[object, ...]]", query: str, *parameters: Sequence[str]
) -> list[str]:
    values = [list(parameter) for parameter in parameters]
    return [str(name) for (name,) in connection.execute(query, values).fetchall()]
