"""The mutants still fit the source; `make mutants` sees that each is killed."""

from pathlib import Path

import pytest

from tests.mutants.every import EVERY
from tests.mutants.mutant import Mutant

ROOT = Path(__file__).resolve().parents[2]
each = pytest.mark.parametrize("mutant", EVERY, ids=lambda mutant: mutant.name)


@each
def test_what_a_mutant_changes_stands_there_once(mutant: Mutant) -> None:
    source = (ROOT / mutant.path).read_text(encoding="utf-8")
    assert source.count(mutant.text) == 1
    changed = source.replace(mutant.text, mutant.instead)
    compile(changed, mutant.path, "exec")
    assert changed != source


@each
def test_the_test_that_kills_it_exists(mutant: Mutant) -> None:
    path, _colons, name = mutant.killed_by.partition("::")
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


def test_no_two_have_one_name() -> None:
    assert len({mutant.name for mutant in EVERY}) == len(EVERY)
