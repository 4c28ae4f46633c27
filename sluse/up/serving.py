"""The web server, in this process: gunicorn with threads, on an address or on a socket bound for us."""

import gc
import signal
from typing import Any

from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from sluse.up import lifeline

REQUEST_SECONDS_MAX = 90
"""Testing a connection waits for an accounting system, which has 60 seconds to answer."""
STOP_SECONDS = 30
NEW_OBJECTS_BEFORE_COLLECTION = 50_000
"""More than a page makes: a page is not held up to look through everything that was loaded. Most goes without, when nothing
points to it any more."""


def serve(*, address: str, workers: int, threads: int) -> None:
    """`address` is `host:port`, or `fd://N` for a bound socket."""
    _Server(options=_options(address, workers, threads)).run()


def collect_seldom() -> None:
    """What is loaded stays for good, and need not be looked through again (https://docs.python.org/3/library/gc.html)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS_BEFORE_COLLECTION)


def _options(address: str, workers: int, threads: int) -> dict[str, Any]:
    return {
        "bind": address,
        "worker_class": "gthread",
        "workers": workers,
        "threads": threads,
        "timeout": REQUEST_SECONDS_MAX,
        "graceful_timeout": STOP_SECONDS,
        "control_socket_disable": True,  # a door nobody asked for
        "loglevel": "warning",
        "post_fork": _die_with_arbiter,
    }


def _die_with_arbiter(server: Any, _worker: Any) -> None:
    lifeline.die_with_parent(signal_number=signal.SIGKILL, parent=server.pid)


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    def __init__(self, *, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        application = get_wsgi_application()
        collect_seldom()
        return application
