"""Django's PostgreSQL backend, which tells the server how far the work at hand reaches. Django finds it by the name `base`.

https://www.postgresql.org/docs/current/ddl-rowsecurity.html; settings told within a transaction go with its rollback:
https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SET
"""

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base as postgresql
from psycopg.pq import TransactionStatus

from sluse import reach
from sluse.reach import Reach

TELL = "SELECT set_config('sluse.organization', %s, false), set_config('sluse.platform', %s, false)"


class DatabaseWrapper(postgresql.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told: Reach | None = None
        self._is_rolling_back = False
        self.execute_wrappers.append(self._tell_first)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._told = None
        return super().get_new_connection(conn_params)

    def _commit(self) -> None:
        """Of one that failed, and whose error was swallowed, PostgreSQL makes a rollback and says nothing."""
        connection = self.connection
        if connection is not None and connection.info.transaction_status is TransactionStatus.INERROR:
            self._told = None
        super()._commit()  # type: ignore[misc]

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]
        self._told = None

    def _savepoint_rollback(self, sid: str) -> None:
        """Asked for in a transaction that may have failed, and would take nothing else."""
        self._is_rolling_back = True
        try:
            super()._savepoint_rollback(sid)  # type: ignore[misc]
        finally:
            self._is_rolling_back = False
            self._told = None

    def _tell_first(self, execute: Callable[..., Any], sql: Any, params: Any, *rest: Any) -> Any:
        wanted = reach.current()
        if wanted != self._told and not self._is_rolling_back:
            self._tell(wanted)
        return execute(sql, params, *rest)

    def _tell(self, wanted: Reach) -> None:
        number = "" if wanted.organization_id is None else str(wanted.organization_id)
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(TELL, [number, "on" if wanted.is_platform else ""])
        self._told = wanted
