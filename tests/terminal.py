"""A terminal in which somebody types `sluse …`, and what can be seen of the processes behind it."""

import http.client
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg

SLUSE = [sys.executable, "-m", "sluse"]
WAIT_SECONDS = 60


def environment() -> dict[str, str]:
    """A terminal in which nobody has set anything."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("SLUSE_", "LANG", "LC_"))
    }


def parents() -> dict[int, int]:
    """Of every process that lives. A dead one that nobody has buried does not count."""
    found = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = place.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            found[int(place.parent.name)] = int(parent)
    return found


def descendants(pid: int) -> set[int]:
    known, found = parents(), {pid}
    while grown := {child for child, parent in known.items() if parent in found} - found:
        found |= grown
    return found


def status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


class Running:
    """A `sluse up` that says it is ready."""

    def __init__(self, data: Path, *, arguments: list[str], variables: dict[str, str]) -> None:
        self.data = data
        self.process = subprocess.Popen(
            [*SLUSE, "up", "--data", str(data), *arguments],
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if line.startswith("ready "):
                break
        assert self.said, "it said nothing"
        assert self.said[-1].startswith("ready http://127.0.0.1:"), "\n".join(self.said)
        self.port = int(self.said[-1].rpartition(":")[2])
        self.processes = descendants(self.process.pid)

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def status_of(self, path: str) -> int:
        return status(self.port, path)

    def child(self, *words: str) -> int | None:
        """The process that runs this command of ours."""
        for pid in descendants(self.process.pid):
            line = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            if line[1:3] == ["-m", "sluse"] and line[3 : 3 + len(words)] == [*words]:
                return pid
        return None

    def database(self) -> "psycopg.Connection[tuple[object, ...]]":
        runtime = json.loads((self.data / "runtime.json").read_text())
        return psycopg.connect(runtime["SLUSE_OWNER_DATABASE_URL"])

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        self.processes |= descendants(self.process.pid)
        with self.process:
            self.process.send_signal(number)
            return self.process.wait(timeout=WAIT_SECONDS)

    def left_behind(self) -> set[int]:
        return self.processes & set(parents())


def run(*arguments: str, variables: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*SLUSE, *arguments],
        env={**environment(), **(variables or {})},
        capture_output=True,
        text=True,
        timeout=WAIT_SECONDS,
        check=False,
    )
