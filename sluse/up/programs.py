"""The supervisor's children: our own commands, started again after growing pauses, ended whole with us."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from sluse.up import lifeline, log_file
from sluse.up.errors import CannotStartError
from sluse.up.interruption import Interruption
from sluse.up.saying import say

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.25, 30.0
HEALTHY_SECONDS = 30.0
"""Whoever ran this long has earned a quick restart."""
LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    name: str
    arguments: tuple[str, ...]
    stop_seconds: float
    """How long it may take to finish what it has begun."""
    descriptors: tuple[int, ...] = ()


def pause_seconds(*, deaths: int) -> float:
    return min(FIRST_PAUSE_SECONDS * 2.0 ** (deaths - 1), LONGEST_PAUSE_SECONDS)


def run_to_end(*, arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """What the command said. When it fails, its last line is the reason."""
    ended = subprocess.run(
        _command(arguments),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=dict(environment),
        start_new_session=True,
    )
    if ended.returncode != 0:
        told = ended.stderr.strip().splitlines()
        raise CannotStartError(told[-1] if told else _("%s ended without a word.") % arguments[0])
    return ended.stdout.rstrip()


def _command(arguments: Sequence[str]) -> list[str]:
    """Killed when we die: without us nobody may go on sending."""
    return lifeline.command(
        arguments=[sys.executable, "-m", "sluse", *arguments], signal_number=signal.SIGKILL
    )


class Child:
    def __init__(self, *, program: Program, environment: Mapping[str, str], log: Path) -> None:
        self.program, self.log = program, log
        self._environment = dict(environment)
        self.deaths = 0
        self._due_at: float | None = None
        self._start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def mend(self) -> None:
        """Starts it again once its pause is over, and nothing of the old one lives on beside the new."""
        if self._process.poll() is None:
            return
        if self._due_at is None:
            self._end_group()
            self._note_death()
        elif time.monotonic() >= self._due_at:
            self._start()

    def ask_to_end(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()

    def wait_for_end(self, *, interruption: Interruption) -> None:
        deadline = time.monotonic() + self.program.stop_seconds
        while self._process.poll() is None and time.monotonic() < deadline and not interruption.is_impatient:
            time.sleep(LOOK_SECONDS)
        self._end_group()
        self._process.wait()

    def _start(self) -> None:
        self._due_at = None
        self._started_at = time.monotonic()
        with log_file.open_to_append(path=self.log) as output:
            self._process = subprocess.Popen(
                _command(self.program.arguments),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._environment,
                pass_fds=self.program.descriptors,
                start_new_session=True,  # Ctrl-C reaches us alone: we stop things in order
            )

    def _note_death(self) -> None:
        lived_seconds = time.monotonic() - self._started_at
        self.deaths = 1 if lived_seconds > HEALTHY_SECONDS else self.deaths + 1
        pause = pause_seconds(deaths=self.deaths)
        self._due_at = time.monotonic() + pause
        say(
            _("%(name)s ended unexpectedly (see %(log)s) and is started again.")
            % {"name": self.program.name, "log": self.log}
        )

    def _end_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
