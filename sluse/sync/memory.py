"""What this machine remembers of the database, outside the database: which life of it, and what was sent for whom last.

One small file in the data folder, written before the first byte of each batch leaves. Whatever becomes of the database, the
file knows of the last thing that may have reached each accounting system.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FILE = "incarnation.json"
ONLY_US = 0o600
WRITE_TRIES = 3
PLACE_SECONDS_MAX = 30.0
"""The disk's own time of the file may be this much later than what the file says: one is written just before the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """`sent` holds the last attempt of each organization, by number. `is_copy`: the file stands somewhere else than where
    it was written, so the whole data folder came from a copy."""

    incarnation: str
    sent: Mapping[str, int]
    is_copy: bool = False


def read(*, folder: Path) -> Memory | None:
    """Raises ValueError when the file is damaged: nothing may be concluded from that."""
    path = folder / FILE
    try:
        with path.open(encoding="utf-8") as file:
            told = json.load(file)
            there = os.fstat(file.fileno())
    except FileNotFoundError:
        return None
    sent = {str(number): int(attempt) for number, attempt in told["sent"].items()}
    return Memory(incarnation=str(told["incarnation"]), sent=sent, is_copy=_is_copy(told["place"], there))


def begin(*, folder: Path, incarnation: str) -> None:
    """Forgets what was sent in an earlier life."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        _write(folder, Memory(incarnation=incarnation, sent={}))


def note(*, folder: Path, organization_id: int, attempt: int, follows: Callable[[int], bool]) -> bool:
    """Remembers it, unless it does not follow what was remembered before: that is then all the evidence there is of a
    restore, and stays until everything is off. Nothing is remembered where nothing was begun."""
    name = str(organization_id)
    while True:
        known = read(folder=folder)
        if known is None:
            return True
        before = known.sent.get(name)
        if before is not None and not follows(before):
            return False
        if _noted_after(folder, name, before, attempt):
            return True


def _noted_after(folder: Path, name: str, before: int | None, attempt: int) -> bool:
    """False when somebody else has noted something meanwhile. `follows` asks the database, and nobody waits for that."""
    with _alone(folder):
        known = read(folder=folder)
        if known is None or known.sent.get(name) != before:
            return False
        if before is None or before < attempt:
            _write(folder, Memory(incarnation=known.incarnation, sent={**known.sent, name: attempt}))
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Several programs of ours may share the folder."""
    descriptor = os.open(folder / f"{FILE}.lock", os.O_RDWR | os.O_CREAT, ONLY_US)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _is_copy(told: object, there: os.stat_result) -> bool:
    """Copied to a new file it has another number; copied over the old one, or where a number is used again, the disk
    knows a later time than the file. Files of before tell their number alone."""
    if not isinstance(told, list):
        return told != there.st_ino
    number, at = told
    return number != there.st_ino or there.st_ctime - float(at) > PLACE_SECONDS_MAX


def _write(folder: Path, memory: Memory) -> None:
    """A machine that stood still between writing and renaming would take its own file for a copy: it writes again.

    On a disk where a file does not keep its place all of them are copies, and the next start says so.
    """
    for _try in range(WRITE_TRIES):
        _replace(folder, memory)
        written = read(folder=folder)
        if written is None or not written.is_copy:
            return


def _replace(folder: Path, memory: Memory) -> None:
    """Whole or not at all, and on disk before it returns. Renaming a file keeps its place, copying it does not."""
    draft = folder / f"{FILE}.new"
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_US)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        place = os.fstat(file.fileno())
        told = {
            "incarnation": memory.incarnation,
            "place": [place.st_ino, place.st_ctime],
            "sent": dict(memory.sent),
        }
        json.dump(told, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / FILE)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
