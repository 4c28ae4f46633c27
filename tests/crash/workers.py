"""The workers of a campaign, seen from the test: ordered, watched, and ended."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.crash.points import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    pid: int

    def is_alive(self) -> bool:
        return self._state() not in {"", "Z"}

    def is_stopped(self) -> bool:
        return self._state() == "T"

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def _state(self) -> str:
        try:
            told = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8")
        except OSError:
            return ""
        return told.rpartition(")")[2].split()[0]


class Nursery:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def worker(self, order: Order) -> Worker:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(order.as_line() + "\n")
        self._process.stdin.flush()
        return Worker(pid=int(self._process.stdout.readline()))


@contextlib.contextmanager
def nursery(*, environment: dict[str, str], log: Path) -> Iterator[Nursery]:
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "tests.crash.victim"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            yield Nursery(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
