"""Servers that outlived whoever started them: found by their cluster's name, ended before a new start."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from sluse.up.cluster import Cluster

PATIENCE_SECONDS = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
"""A fast shutdown, one without a checkpoint, the end; each gets as long as a slow disk may need."""
PAUSE_SECONDS = 0.02
PID_FILE = "postmaster.pid"


def end(*, cluster: Cluster) -> None:
    """Afterwards no process of this cluster lives, and no file names one that does not."""
    for number, patience_seconds in PATIENCE_SECONDS:
        deadline = time.monotonic() + patience_seconds
        _signal(_first(cluster), number)
        while _first(cluster) is not None and time.monotonic() < deadline:
            time.sleep(PAUSE_SECONDS)
    _forget_reused_number(cluster.folder / PID_FILE)


def of(*, cluster: Cluster) -> list[int]:
    return [pid for pid, arguments in _processes() if _is_server(arguments) and cluster.name in arguments]


def _first(cluster: Cluster) -> int | None:
    """The oldest is the postmaster; without one the others end by themselves within moments."""
    return min(of(cluster=cluster), default=None)


def _is_server(arguments: str) -> bool:
    """The postmaster by its path, its children by the title they give themselves."""
    return arguments.startswith("postgres:") or Path(arguments.split(" ", 1)[0]).name == "postgres"


def _signal(pid: int | None, number: signal.Signals) -> None:
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _processes() -> Iterator[tuple[int, str]]:
    if sys.platform == "linux":
        return _processes_of_linux()
    return _processes_told()


def _processes_of_linux() -> Iterator[tuple[int, str]]:
    """The dead that nobody has buried have an empty command line, so they do not count as alive."""
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (place / "cmdline").read_bytes().replace(b"\0", b" ")
            yield int(place.name), os.fsdecode(line)


def _processes_told() -> Iterator[tuple[int, str]]:
    told = subprocess.run(["/bin/ps", "-A", "-o", "pid=,args="], capture_output=True, text=True, check=True)
    for line in told.stdout.splitlines():
        pid, _, arguments = line.strip().partition(" ")
        yield int(pid), arguments


def _forget_reused_number(path: Path) -> None:
    """PostgreSQL would take any process that now has this number for its server and refuse to start.

    A server started by hand is left to PostgreSQL's own refusal.
    """
    try:
        pid = int(path.read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return
    arguments = dict(_processes()).get(pid)
    if arguments and not _is_server(arguments):
        path.unlink()
