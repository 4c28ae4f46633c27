"""Tests set their scenes with the whole platform in reach; what is tested comes in by its own doors.

Where a door forgot to say how far it reaches, PostgreSQL would show an empty table, which is easily taken for the truth:
here it is an error.
"""

import re
from contextvars import ContextVar
from typing import Any

import pytest

from sluse import reach

WALLED = "SELECT relname FROM pg_class WHERE relforcerowsecurity"


def pytest_configure(config: pytest.Config) -> None:
    reach._reach = ContextVar("reach", default=reach.PLATFORM)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that went through a door itself is still within when it ends."""
    reach.widen()


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    from sluse.reach.base import DatabaseWrapper  # noqa: PLC0415 - only now are the settings there

    tell_first = DatabaseWrapper._tell_first

    def watched(self: DatabaseWrapper, execute: Any, sql: Any, *rest: Any) -> Any:
        if reach.current() == reach.NOTHING:
            _look(self, str(sql))
        return tell_first(self, execute, sql, *rest)

    DatabaseWrapper._tell_first = watched  # type: ignore[method-assign, assignment]


def _look(connection: Any, sql: str) -> None:
    named = set(re.findall(r'"([a-z_]+)"', sql)) & _walled(connection)
    assert not named, f"Nothing is in reach, and {sorted(named)} is asked for: {sql[:200]}"


_tables: set[str] = set()


def _walled(connection: Any) -> set[str]:
    if not _tables:
        with connection.connection.cursor() as cursor:
            _tables.update(name for (name,) in cursor.execute(WALLED).fetchall())
    return _tables
