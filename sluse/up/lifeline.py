"""Runs a program that dies with its parent, as another user where one is given.

Started as a script of its own, so it imports only the standard library. A `preexec_fn` would do the same, but
must not be used where threads run.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1
SAME_USER = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The user a server runs as when we are root."""

    user: int
    group: int


def command(
    *, arguments: Sequence[str], signal_number: signal.Signals, account: Account | None = None
) -> list[str]:
    """The command line that runs `arguments` below us; `signal_number` is what it gets when we die."""
    user, group = (str(account.user), str(account.group)) if account else (SAME_USER, SAME_USER)
    launcher = [sys.executable, "-I", "-S", os.path.realpath(__file__)]
    return [*launcher, str(os.getpid()), str(int(signal_number)), user, group, *arguments]


def die_with_parent(*, signal_number: int, parent: int) -> None:
    """Only Linux can promise this; elsewhere the next start finds and ends what was left."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)  # the parent died before we could ask to be told


def main() -> None:
    parent, signal_number, user, group, *arguments = sys.argv[1:]
    if user != SAME_USER:
        os.setgroups([])
        os.setgid(int(group))
        os.setuid(int(user))
    die_with_parent(signal_number=int(signal_number), parent=int(parent))
    os.execv(arguments[0], arguments)  # noqa: S606  # fixed arguments of our own, no shell wanted


if __name__ == "__main__":
    main()
