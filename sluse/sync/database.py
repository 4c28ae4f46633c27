"""Database steps of the orchestrator: plain functions run in threads of their own, so that a hundred slow accounting
systems never wait for one another's database work."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connection

THREADS = 8
"""Each keeps one connection; a batch of 50 costs a few milliseconds, so a few threads serve many organizations."""
IDLE_SECONDS_MAX = 30
"""A worker that is stopped in the middle of a transaction holds its rows no longer than this against all the others. No step
waits for a network in a transaction, so none that lives comes near it."""

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="database")


async def step(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    call = partial(_with_fresh_connection, partial(function, *args, **kwargs))
    # The thread knows nothing of who called: what it may reach goes along.
    return await asyncio.get_running_loop().run_in_executor(_threads, copy_context().run, call)


def _with_fresh_connection(call: Callable[[], Result]) -> Result:
    close_old_connections()
    try:
        if connection.connection is None:
            _connect()
        return call()
    finally:
        close_old_connections()


def _connect() -> None:
    with connection.cursor() as cursor:
        name = "idle_in_transaction_session_timeout"
        cursor.execute("SELECT set_config(%s, %s, false)", [name, f"{IDLE_SECONDS_MAX}s"])
