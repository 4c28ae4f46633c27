"""Rules about the repository itself: sizes, words, and lists that must say the same thing."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sluse.cli import entry
from sluse.connectors import registry

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES_MAX, FUNCTION_LINES_MAX = 300, 70
CATCH_ALL = {
    "util",
    "utils",
    "helper",
    "helpers",
    "manager",
    "managers",
    "services",
    "common",
    "misc",
}
UNFINISHED = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
VENDOR_HOST = re.compile(r"\b(?:xledger\.net|dynamics\.com|microsoftonline\.com)\b(?!/\.default)")
"""What a token is asked for, `https://…/.default`, looks like an address and is a name."""
VENDOR_HOSTS_STAND_IN = {"sluse/environment.py"}
READ_OR_SET_THE_ENVIRONMENT = {
    "sluse/settings.py",
    "sluse/wsgi.py",  # names the settings
    "sluse/cli/entry.py",  # names the settings and the data folder that was asked for, before they are read
    "sluse/cli/management/commands/up.py",  # hands all of it on to its children
}
NOT_A_CONNECTOR = {"tests", "migrations", "__pycache__"}
COMMAND = re.compile(r"`sluse ([a-z]+)")
LINK = re.compile(r"\]\(([^)#:]+)\)")
PATH = re.compile(r"`((?:sluse|tests|docs|bench)/[A-Za-z0-9_./-]+\.(?:py|md))`")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def tracked(*patterns: str) -> list[str]:
    """What belongs to the repository: what git knows, and what is new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(name for name in set(listed.stdout.splitlines()) if (ROOT / name).is_file())


def sources() -> list[str]:
    return [name for name in tracked("*.py") if "/migrations/" not in name]


def documents() -> list[str]:
    return tracked("*.md")


def connector_folders() -> set[str]:
    folders = (ROOT / "sluse" / "connectors").iterdir()
    return {one.name for one in folders if (one / "__init__.py").is_file()} - NOT_A_CONNECTOR


def contracts() -> list[dict[str, object]]:
    return list(tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"])


# --- sizes ----------------------------------------------------------------------------------------


def test_no_file_is_longer_than_a_person_can_hold_in_mind() -> None:
    lines = {name: len(text(name).splitlines()) for name in sources()}
    assert {name: count for name, count in lines.items() if count > FILE_LINES_MAX} == {}


def test_no_function_is_longer_than_a_page() -> None:
    too_long = {
        f"{name}:{function.name}": length
        for name in sources()
        for function, length in _functions(text(name))
        if length > FUNCTION_LINES_MAX
    }
    assert too_long == {}


def _functions(source: str) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            yield node, node.end_lineno - node.lineno + 1


# --- words ----------------------------------------------------------------------------------------


def test_no_module_is_a_drawer_that_everything_fits_into() -> None:
    names = {name: {Path(name).stem, *Path(name).parent.parts} for name in sources()}
    assert [name for name, words in names.items() if words & CATCH_ALL] == []


@pytest.mark.parametrize("word", UNFINISHED)
def test_nothing_is_left_for_later(word: str) -> None:
    searched = [*sources(), *documents(), *tracked("*.html", "*.css", "*.toml", "Makefile", ".ci/*")]
    searched = [name for name in searched if "/vendor/" not in name]
    assert [name for name in searched if re.search(rf"\b{word}\b", text(name))] == []


def test_vendors_hosts_stand_in_the_environment_alone() -> None:
    searched = [name for name in tracked("sluse/*.py", "sluse/*.html", "sluse/*.js") if "/tests/" not in name]
    found = {name for name in searched if VENDOR_HOST.search(_without_comments(name))}
    assert found == VENDOR_HOSTS_STAND_IN


def _without_comments(name: str) -> str:
    """A page of the vendor's manual may be named in a comment or docstring; nothing calls it."""
    if not name.endswith(".py"):
        return text(name)
    tree = ast.parse(text(name))
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    documented = {
        ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, DOCUMENTED)
    }
    return "\n".join(value for value in constants if isinstance(value, str) and value not in documented)


DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


# --- the environment ------------------------------------------------------------------------------


def test_settings_alone_read_the_environment() -> None:
    readers = {
        name
        for name in sources()
        if name.startswith("sluse/") and "/tests/" not in name and _reads_environment(text(name))
    }
    assert readers == READ_OR_SET_THE_ENVIRONMENT


def _reads_environment(source: str) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
        for node in ast.walk(ast.parse(source))
    )


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    read = set(re.findall(r'"(SLUSE_[A-Z_]+)"', text("sluse/environment.py")))
    assert read
    assert set(re.findall(r"^\| `(SLUSE_[A-Z_]+)` ", text("docs/operations.md"), re.MULTILINE)) == read


# --- connectors -----------------------------------------------------------------------------------


def test_registry_folders_and_import_contracts_name_the_same_connectors() -> None:
    modules = {f"sluse.connectors.{name}" for name in connector_folders()}
    independent = next(contract for contract in contracts() if contract["type"] == "independence")
    guarded = next(
        contract for contract in contracts() if contract["name"] == "Only the registry imports a connector"
    )
    assert set(registry.KINDS) | {"fake"} == connector_folders()
    assert sorted(modules) == sorted(_listed(independent, "modules"))
    assert sorted(modules) == sorted(_listed(guarded, "protected_modules"))


def _listed(contract: dict[str, object], field: str) -> list[str]:
    value = contract[field]
    assert isinstance(value, list)
    return [str(item) for item in value]


@pytest.mark.parametrize("kind", sorted(registry.KINDS))
def test_every_connector_is_documented(kind: str) -> None:
    assert f"| `{kind}` |" in text("docs/connectors.md")


@pytest.mark.parametrize("kind", sorted(registry.KINDS))
def test_every_connector_has_the_same_four_files(kind: str) -> None:
    folder = ROOT / "sluse" / "connectors" / kind
    assert {"config.py", "client.py", "payloads.py", "connector.py"} <= {one.name for one in folder.iterdir()}


# --- documents ------------------------------------------------------------------------------------


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    documented = set(COMMAND.findall(text("README.md") + text("docs/operations.md")))
    assert documented == set(entry.command_names())


def test_every_document_links_only_to_what_is_there() -> None:
    missing = [
        f"{name} → {target}"
        for name in documents()
        for target in LINK.findall(text(name))
        if not (ROOT / name).parent.joinpath(target).exists()
    ]
    assert missing == []


def test_every_file_that_a_document_names_is_there() -> None:
    named = [(name, target) for name in documents() for target in PATH.findall(text(name))]
    assert [f"{name}: {target}" for name, target in named if not (ROOT / target).exists()] == []


def test_decisions_are_numbered_without_gaps_and_have_three_parts() -> None:
    pages = tracked("docs/decisions/*.md")
    assert [Path(page).name[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    for page in pages:
        headings = re.findall(r"^## (.+)$", text(page), re.MULTILINE)
        assert headings == ["Background", "Decision", "Consequences"], page


def test_the_changelog_has_something_to_say() -> None:
    assert re.search(r"^## (Unreleased|\d+\.\d+\.\d+)", text("CHANGELOG.md"), re.MULTILINE)


def test_the_licence_is_whole() -> None:
    licence = text("LICENSE")
    assert "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
