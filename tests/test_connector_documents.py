"""What is written about connectors says what the code says: fields, checks, switches, files."""

import re
from pathlib import Path

import pytest

from sluse.connectors import registry
from sluse.connectors.probes import Probe

ROOT = Path(__file__).resolve().parent.parent
KINDS = sorted(registry.KINDS)
SWITCH = re.compile(r"^    (\w+): (?:bool|int|str) = ", re.MULTILINE)
FILE = re.compile(r"`((?:sluse|tests|docs|bench)/[\w./-]+|pyproject\.toml)`")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(document: str, heading: str) -> str:
    """From a heading to the next one of its rank."""
    found = re.search(
        rf"^## {re.escape(heading)}.*?$(.*?)(?=^## |\Z)", text(document), re.MULTILINE | re.DOTALL
    )
    assert found, f"{document} has no section {heading}."
    return found[1]


def heading_of(kind: str) -> str:
    """Without the maker's name: that is how people say it."""
    return str(registry.KINDS[kind].label).removeprefix("Microsoft ").removeprefix("Dynamics 365 ")


# --- onboarding -----------------------------------------------------------------------------------


def onboarding(kind: str) -> str:
    label = str(registry.KINDS[kind].label).removeprefix("Microsoft ")
    for heading in (label, heading_of(kind)):
        if f"\n## {heading}\n" in text("docs/onboarding.md"):
            return section("docs/onboarding.md", heading)
    raise AssertionError(f"docs/onboarding.md has no section on {kind}.")


@pytest.mark.parametrize("kind", KINDS)
def test_every_check_stands_on_the_onboarding_page_as_the_command_makes_it(kind: str) -> None:
    rows = {}
    for line in onboarding(kind).splitlines():
        if line.startswith("| `"):
            name, *cells = [cell.strip() for cell in line.strip("|").split("|")]
            rows[name.strip("`")] = cells
    assert list(rows) == [probe.name for probe in registry.KINDS[kind].probes.all]
    for probe in registry.KINDS[kind].probes.all:
        asked, why, assumed, switch, when_it_differs = rows[probe.name]
        assert (asked, assumed, switch) == (
            probe.question,
            probe.assumed,
            f"`{probe.switch}`" if probe.switch else "–",
        )
        assert why
        assert when_it_differs


@pytest.mark.parametrize("kind", KINDS)
def test_every_assumption_has_a_check(kind: str) -> None:
    """An assumption is a switch of the sandbox: whoever adds one says how a real tenant settles it."""
    switches = set(SWITCH.findall(text(f"sluse/sandbox/{kind}/switches.py")))
    probes: tuple[Probe, ...] = registry.KINDS[kind].probes.all
    assert switches
    assert {probe.switch for probe in probes if probe.switch} == switches


@pytest.mark.parametrize("kind", KINDS)
def test_about_twenty_checks_settle_a_tenant_and_most_of_them_run_by_themselves(kind: str) -> None:
    probes = registry.KINDS[kind].probes.all
    assert len({probe.name for probe in probes}) == len(probes)
    assert sum(probe.run is not None for probe in probes) >= 10


# --- the connector guide --------------------------------------------------------------------------

GUIDE = "docs/connectors.md"
PARTS = ("What you need", "The fields", "What appears where", "What Sluse never does")
DEVELOPERS = "Adding an accounting system, for developers"
OF_A_FOLDER = {
    "config.py",
    "client.py",
    "classify.py",
    "payloads.py",
    "connector.py",
    "logged.py",
    "probe.py",
}


def guide(kind: str) -> str:
    return section(GUIDE, f"{heading_of(kind)}, for administrators")


@pytest.mark.parametrize("kind", KINDS)
def test_an_administrator_finds_everything_about_each_system(kind: str) -> None:
    parts = dict(re.findall(r"^### (.+?)\n(.*?)(?=^### |\Z)", guide(kind), re.MULTILINE | re.DOTALL))
    assert set(PARTS) <= set(parts)
    assert all(parts[name].strip() for name in PARTS)
    assert re.search(r"permission|scope", parts["What you need"])
    assert len(re.findall(r"^\| ", parts["What appears where"], re.MULTILINE)) > 5
    assert len(re.findall(r"^- It ", parts["What Sluse never does"], re.MULTILINE)) >= 4


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_the_form_is_explained(kind: str) -> None:
    config = registry.KINDS[kind].config
    explained = re.findall(r"^\| `(\w+)` \|", guide(kind), re.MULTILINE)
    fields = [field.name for field in (*config.settings, *config.credentials)]
    assert [name for name in explained if name in fields] == fields


def test_a_developer_is_led_to_every_file_there_is() -> None:
    text_of_part = section(GUIDE, DEVELOPERS)
    named = FILE.findall(text_of_part)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert {name for name in OF_A_FOLDER if f"`{name}`" in text_of_part} == OF_A_FOLDER


@pytest.mark.parametrize("kind", KINDS)
def test_every_folder_holds_what_the_guide_says(kind: str) -> None:
    folder, sandbox = ROOT / "sluse/connectors" / kind, ROOT / "sluse/sandbox" / kind
    assert {name for name in OF_A_FOLDER if not (folder / name).is_file()} == set()
    assert {name for name in ("app.py", "switches.py") if not (sandbox / name).is_file()} == set()
    tests = folder / "tests"
    assert all((tests / name).is_file() for name in ("harness.py", "test_conformance.py", "test_classify.py"))
