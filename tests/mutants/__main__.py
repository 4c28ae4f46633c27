"""Make each mistake in a copy of the tree, and see that its test fails there: `make mutants`, or with names of some."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.mutants.every import EVERY
from tests.mutants.mutant import Mutant

ROOT = Path(__file__).resolve().parents[2]
SECONDS_MAX = 300
TESTS_FAILED = 1
"""What pytest ends with then; a mutant that cannot even be imported has proved nothing."""


def main(names: list[str]) -> int:
    chosen = [mutant for mutant in EVERY if not names or mutant.name in names]
    with tempfile.TemporaryDirectory(prefix="sluse-mutants-") as folder:
        tree = Path(folder)
        _copy(tree)
        if _test(tree, sorted({mutant.killed_by for mutant in chosen})) != 0:
            print("The tests fail without any mutant; nothing is proved.")
            return 1
        survivors = [mutant for mutant in chosen if not _is_killed(tree, mutant)]
    print(f"{len(chosen)} mutants, {len(survivors)} survived.")
    return 1 if survivors or not chosen else 0


def _copy(tree: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)


def _is_killed(tree: Path, mutant: Mutant) -> bool:
    path, began = tree / mutant.path, time.monotonic()
    source = path.read_text(encoding="utf-8")
    path.write_text(source.replace(mutant.text, mutant.instead), encoding="utf-8")
    try:
        killed = _test(tree, [mutant.killed_by]) == TESTS_FAILED
    finally:
        path.write_text(source, encoding="utf-8")
    seconds = time.monotonic() - began
    print(f"| {mutant.name} | {mutant.killed_by if killed else 'SURVIVED'} | {seconds:.0f} |", flush=True)
    return killed


def _test(tree: Path, tests: list[str]) -> int:
    """Python's own cache of a file may be as old as its last change, to the second; so there is none."""
    environment = os.environ | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        ended = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, check=False, timeout=SECONDS_MAX
        )
    except subprocess.TimeoutExpired:  # a test that never ends is noticed too
        return TESTS_FAILED
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
