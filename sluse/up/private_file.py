"""Files only we may read, written whole or not at all."""

import json
import os
from pathlib import Path

ONLY_US = 0o600


def write(*, path: Path, content: dict[str, str]) -> None:
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_US)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _keep_name(path.parent)


def _keep_name(folder: Path) -> None:
    """The new name survives a power cut only once its folder is on disk as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
