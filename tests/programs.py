"""Sluse's own programs, started by a journey as a deployment would start them, and ended with it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 60.0
QUESTION_SECONDS = 0.05


@contextmanager
def started(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """`sluse …` in a process group of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sluse", *command],
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """As a power cut would: nothing is finished, nothing is said."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(condition: Callable[[], bool], what: str, *, seconds: float = PATIENCE_SECONDS) -> None:
    """Asks until it is so; fails, and says what did not come, after a generous number of questions.

    Questions are counted rather than time: a machine that stood still for a minute has asked nothing meanwhile.
    """
    for _question in range(round(seconds / QUESTION_SECONDS)):
        if condition():
            return
        time.sleep(QUESTION_SECONDS)
    raise AssertionError(f"It never came to this: {what}.")
