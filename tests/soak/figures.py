"""What the long forms of the tests are told, and tell: how long they may take, and what they counted.

Without `make soak` the tests have their short forms, and nobody counts.
"""

import json
import os
from collections import Counter
from pathlib import Path

SECONDS, FILE = "SOAK_SECONDS", "SOAK_FIGURES"
TO_BE_NOTHING = ("duplicates", "sends_after_off", "lost", "ore_off")
NAMES = ("crash_points", "steps", "toggles", "faults", *TO_BE_NOTHING)


def seconds() -> float | None:
    """None in the short form."""
    told = os.environ.get(SECONDS)
    return float(told) if told else None


def note(**counts: int) -> None:
    assert set(counts) <= set(NAMES), counts
    if FILE in os.environ:
        with Path(os.environ[FILE]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(counts) + "\n")


def total(*, file: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        found.update(json.loads(line))
    return found
