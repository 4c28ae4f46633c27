"""A sandbox as a real server on a free loopback port, in a thread of this process: for tests and
measurements."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

START_SECONDS_MAX = 10.0


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """Yields the base address."""
    listener = _listener()
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        _wait(server)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(START_SECONDS_MAX)
        listener.close()


def _listener() -> socket.socket:
    """Said to be TCP, because asyncio turns Nagle's algorithm off only for sockets that say so: 40 ms each
    answer."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


def _wait(server: uvicorn.Server) -> None:
    ends = time.monotonic() + START_SECONDS_MAX
    while not server.started:
        if time.monotonic() > ends:
            raise TimeoutError("The sandbox did not start.")
        time.sleep(0.01)
