"""Loaded into a worker by a test: counts every commit and every send for one organization, and strikes at one of them.

Nothing in the product knows of it. The points are found where they are: at Django's COMMIT, at statements that commit by
themselves, and at the door to the outside. A new commit in the code is a new point.
"""

import asyncio
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from sluse.connectors.http import Answer, Door
from sluse.gate.lock import Locks
from sluse.sandbox.remote import Remote
from sluse.sync import database, orchestrator, retry
from sluse.sync.orchestrator import Next

EXECUTES_AFTER_SECONDS, DIES_AFTER_SECONDS = 0.5, 0.2
"""A request that is on its way when the worker dies reaches the accounting system afterwards."""
CHANGES = re.compile(r"\s*(INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)


class How(StrEnum):
    COUNT = "count"  # only counts
    KILL = "kill"  # SIGKILL
    PAUSE = "pause"  # SIGSTOP: the test takes the locks away, lets another worker go on, and then lets this one go on
    DATABASE = "database"  # SIGSTOP: the test stops the database at once, and starts it again
    CUT = "cut"  # only at commits: the connection breaks before COMMIT arrives, or before its answer does


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Strike at the point `at`, counted from one. `report` is the file that names the points that were passed."""

    organization_id: int
    tenant: str
    sandbox: str
    report: str
    how: How
    at: int = 0

    def as_line(self) -> str:
        return json.dumps(asdict(self))


def order_of(line: str) -> Order:
    told = json.loads(line)
    return Order(**(told | {"how": How(told["how"])}))


_organization: ContextVar[int | None] = ContextVar("organization", default=None)


def install(order: Order) -> None:
    """In the worker's own process, before it begins."""
    points = _Points(order)
    database.IDLE_SECONDS_MAX, retry.FIRST_DELAY_SECONDS = 1, 1
    orchestrator.run_slice = _named(orchestrator.run_slice)
    _watch_commits(points)
    _watch_statements(points)
    _watch_sends(points)


class _Points:
    def __init__(self, order: Order) -> None:
        self.order = order
        self._passed = 0
        self._counting = threading.Lock()
        self._report = os.open(order.report, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def reach(self, name: str) -> bool:
        """True where the connection shall be cut; kills and pauses are done when it returns."""
        if _organization.get() != self.order.organization_id:
            return False
        with self._counting:
            self._passed += 1
            os.write(self._report, f"{name} {_place()}\n".encode())
            strikes = self._passed == self.order.at
        if strikes and self.order.how is How.KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        if strikes and self.order.how in {How.PAUSE, How.DATABASE}:
            os.kill(os.getpid(), signal.SIGSTOP)
        return strikes and self.order.how is How.CUT

    def is_next(self) -> bool:
        ours = _organization.get() == self.order.organization_id
        return ours and self._passed + 1 == self.order.at


def _named(run_slice: Callable[..., Awaitable[Next]]) -> Any:
    async def named(*, organization_id: int, locks: Locks) -> Next:
        _organization.set(organization_id)
        return await run_slice(organization_id=organization_id, locks=locks)

    return named


def _watch_commits(points: _Points) -> None:
    commit = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]

    def watched(self: BaseDatabaseWrapper) -> None:
        if points.reach("commit/before"):
            self.connection.close()
        commit(self)
        if points.reach("commit/after"):
            self.connection.close()
            raise OperationalError("The connection was lost before the answer to COMMIT.")

    BaseDatabaseWrapper._commit = watched  # type: ignore[attr-defined]


def _watch_statements(points: _Points) -> None:
    def watch(name: str) -> None:
        run = getattr(CursorWrapper, name)

        def watched(self: Any, sql: Any, params: Any, *rest: Any) -> Any:
            if not _commits_by_itself(sql):
                return run(self, sql, params, *rest)
            if points.reach("statement/before"):
                self.db.connection.close()
            answer = run(self, sql, params, *rest)
            if points.reach("statement/after"):
                self.db.connection.close()
                raise OperationalError("The connection was lost before the answer to a statement.")
            return answer

        setattr(CursorWrapper, name, watched)

    watch("_execute")
    watch("_executemany")


def _commits_by_itself(sql: Any) -> bool:
    return connection.get_autocommit() and CHANGES.match(str(sql)) is not None


def _watch_sends(points: _Points) -> None:
    exchange = Door._exchange

    async def watched(self: Door, *args: Any, **kwargs: Any) -> Answer:
        points.reach("send/before")
        answer = await _on_its_way(points, exchange(self, *args, **kwargs))
        points.reach("send/after")
        return answer

    Door._exchange = watched  # type: ignore[method-assign]


async def _on_its_way(points: _Points, exchanging: Any) -> Answer:
    """The point between the first byte of the request and the first one of the answer."""
    if not points.is_next():
        points.reach("send/during")
        return await exchanging  # type: ignore[no-any-return]
    order = points.order
    Remote(base=order.sandbox).fault(kind="slow", tenant=order.tenant, seconds=EXECUTES_AFTER_SECONDS)
    sending = asyncio.ensure_future(exchanging)
    await asyncio.sleep(DIES_AFTER_SECONDS)
    points.reach("send/during")
    return await sending  # type: ignore[no-any-return]


def _place() -> str:
    """The function of ours that commits or sends, by its module."""
    frame = sys._getframe(2)
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith("sluse.") and not module.endswith((".http", ".database")):
            return f"{module.removeprefix('sluse.')}.{frame.f_code.co_name}"
        frame = frame.f_back  # type: ignore[assignment]
    return "-"


def passed(*, report: Path) -> list[str]:
    return report.read_text(encoding="utf-8").splitlines() if report.exists() else []
