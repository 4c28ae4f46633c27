"""The data folder belongs to one `sluse up` at a time."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from sluse.up.errors import CannotStartError

LOCK = "lock"
LOGS = "logs"
ONLY_US = 0o700


@contextmanager
def claim(*, data_dir: Path) -> Iterator[None]:
    """Ours until the process ends, however it ends: the system drops the lock with it."""
    try:
        data_dir.mkdir(mode=ONLY_US, parents=True, exist_ok=True)
        (data_dir / LOGS).mkdir(mode=ONLY_US, exist_ok=True)
        tempfile.TemporaryFile(dir=data_dir).close()
        descriptor = os.open(data_dir / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotStartError(
            _("The data folder %(folder)s cannot be written to: %(reason)s. Choose another with --data.")
            % {"folder": data_dir, "reason": error.strerror}
        ) from error
    try:
        _lock(descriptor, data_dir)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, data_dir: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CannotStartError(
            _("Sluse already runs on the data folder %(folder)s. Stop it, or choose another with --data.")
            % {"folder": data_dir}
        ) from error
