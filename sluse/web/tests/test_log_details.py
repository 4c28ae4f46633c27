"""Every fact that the source writes into a log row has words in every language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import sluse
from sluse.web import log_details

SOURCE = Path(sluse.__file__).parent


def test_every_fact_that_is_written_has_words() -> None:
    written = set(_written())
    assert {"codes", "ours_ore", "voucher_number"} < written
    assert written - set(log_details.LABELS) == set()


@pytest.mark.parametrize(
    ("name", "found", "shown"),
    [
        ("posted_ore", 123450, "1\xa0234,50\xa0kr"),
        ("fields", ["company", "tenant"], "company, tenant"),
        ("sent", False, "Nei"),
        ("accounts", 312, "312"),
    ],
)
def test_a_fact_is_written_as_the_screens_write_it(name: str, found: object, shown: str) -> None:
    with translation.override("nb"):
        assert log_details.value(name, found) == shown


def test_what_nobody_named_is_shown_as_it_is() -> None:
    assert log_details.of({"something": 1}) == [("something", "1")]


def _written() -> Iterator[str]:
    """The names within each `details={...}` of the source."""
    for path in SOURCE.rglob("*.py"):
        if "tests" in path.parts or "sandbox" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "details" and isinstance(node.value, ast.Dict):
                yield from (str(key.value) for key in node.value.keys if isinstance(key, ast.Constant))
