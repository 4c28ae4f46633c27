"""What our programs say, kept in the data folder where nobody has to listen to it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BYTES_MAX = 10 * 1024 * 1024


@contextmanager
def open_to_append(*, path: Path) -> Iterator[int]:
    """A long one is put aside first; one earlier file is kept."""
    if path.exists() and path.stat().st_size > BYTES_MAX:
        path.replace(path.with_name(f"{path.name}.1"))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
