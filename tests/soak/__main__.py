"""`make soak`: the long forms of the tests of the promises, and one table of what they tried and found.

Takes an hour; `SOAK_MINUTES` says otherwise. Ends with 1 when anything was sent twice or after off, lost, or off by an øre.
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.soak import figures

MINUTES = 60.0
PARTS = {"tests/crash": 0.6, "tests/stateful": 0.3, "tests/test_off_is_off.py": 0.1}
"""Each with its share of the time."""
TITLES = {
    "crash_points": "crash points tried",
    "steps": "steps run",
    "toggles": "toggles done",
    "faults": "faults injected",
    "duplicates": "duplicates",
    "sends_after_off": "sends after off",
    "lost": "lost",
    "ore_off": "øre off",
}


def main() -> int:
    seconds = float(os.environ.get("SOAK_MINUTES", MINUTES)) * 60
    with tempfile.TemporaryDirectory(prefix="sluse-soak-") as folder:
        file = Path(folder) / "figures"
        passed = [_part(name, share * seconds, file) for name, share in PARTS.items()]
        found = figures.total(file=file)
    _show(found)
    return 0 if all(passed) and not any(found[name] for name in figures.TO_BE_NOTHING) else 1


def _part(name: str, seconds: float, file: Path) -> bool:
    told = {figures.SECONDS: str(seconds), figures.FILE: str(file)}
    command = [sys.executable, "-m", "pytest", "-p", "no:randomly", name]
    return subprocess.run(command, env=os.environ | told, check=False).returncode == 0


def _show(found: Counter[str]) -> None:
    sys.stdout.write("\n| what | count |\n|---|---:|\n")
    for name, title in TITLES.items():
        sys.stdout.write(f"| {title} | {found[name]:,} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
