"""Whatever is written to the log is shown in words.

Types and states are read from the code itself, so that a new one is missed here and not by a reader.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from sluse.audit.models import Type
from sluse.gate.models import Approval, Hold
from sluse.organizations.models import Role
from sluse.sync.models import Reconciliation, Run, State
from sluse.web import log_filters, log_words

SOURCES = Path(log_words.__file__).parents[1]
NAME = "new_state"


def test_every_type_has_a_filter() -> None:
    assert set(log_filters.TYPES) == set(Type)


def test_every_state_that_is_written_has_words() -> None:
    written = {state for path in _sources() for state in _states(path)}
    assert {"rotated", "window_began", "issued", "two_required"} <= written, (
        "the reading of the code reads nothing"
    )
    for choices in (State, Run.Outcome, Reconciliation.Outcome, Role, Approval.State):
        written |= set(choices.values)
    written |= {f"{kind.value}_ended" for kind in Hold.Kind if kind is not Hold.Kind.PLATFORM}
    assert written - set(log_words.STATES) - {Approval.State.OPEN.value} == set()


@pytest.mark.parametrize(
    ("language", "words"), [("nb", "Versjon 3"), ("nn", "Versjon 3"), ("en", "Version 3")]
)
def test_a_version_is_said_in_words_too(language: str, words: str) -> None:
    with translation.override(language):
        assert log_words.of("version 3") == words
        assert log_words.of("somewhere else") == "somewhere else"


def _sources() -> Iterator[Path]:
    for path in sorted(SOURCES.glob("**/*.py")):
        if not {"tests", "migrations", "sandbox"} & set(path.parts):
            yield path


def _states(path: Path) -> Iterator[str]:
    """Of every call to what takes a new state: the literals that are given."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = dict(_constants(tree))
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        for given in (one for argument in _given(call, path.stem) for one in _either(argument)):
            if isinstance(given, ast.Constant) and given.value:
                yield str(given.value)
            if isinstance(given, ast.Name) and given.id in constants:
                yield constants[given.id]


def _given(call: ast.Call, module: str) -> Iterator[ast.expr]:
    yield from (word.value for word in call.keywords if word.arg == NAME)
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        function = (call.func.value.id, call.func.attr)
    else:
        function = (module, getattr(call.func, "id", ""))
    for place in PLACES.get(function, ()):
        yield from call.args[place : place + 1]


def _either(value: ast.expr) -> list[ast.expr]:
    return [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in (node for node in tree.body if isinstance(node, ast.Assign)):
        for target in node.targets:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for name, value in zip(names, values, strict=False):
                if isinstance(name, ast.Name) and isinstance(value, ast.Constant):
                    yield name.id, str(value.value)


def _places() -> dict[tuple[str, str], set[int]]:
    """Which argument of which function, by its module and name, is the new state."""
    found: dict[tuple[str, str], set[int]] = {}
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for place, argument in enumerate(node.args.args):
                    if argument.arg == NAME:
                        found.setdefault((path.stem, node.name), set()).add(place)
    return found


PLACES = _places()
