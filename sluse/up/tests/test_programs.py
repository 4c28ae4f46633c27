"""Children of the supervisor: started again when they die, ever later when they keep dying."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sluse.up import programs
from sluse.up.errors import CannotStartError
from sluse.up.interruption import Interruption
from sluse.up.programs import Child, Program

pytestmark = pytest.mark.journey

WAIT_SECONDS = 30
SANDBOX = Program(name="sandbox", arguments=("sandbox", "business-central", "--port=0"), stop_seconds=10)
HOPELESS = Program(name="hopeless", arguments=("no-such-command",), stop_seconds=10)

Start = Callable[[Program], Child]


@pytest.fixture
def start(tmp_path: Path, process_environment: dict[str, str]) -> Iterator[Start]:
    children: list[Child] = []

    def start_here(program: Program) -> Child:
        children.append(Child(program=program, environment=process_environment, log=tmp_path / "log"))
        return children[-1]

    yield start_here
    for child in children:
        child.ask_to_end()
        child.wait_for_end(interruption=Interruption())


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def mended(child: Child, *, deaths: int) -> bool:
    child.mend()
    return child.deaths >= deaths


def test_pauses_grow_up_to_half_a_minute() -> None:
    assert [programs.pause_seconds(deaths=deaths) for deaths in (1, 2, 3, 8, 100)] == [
        0.25,
        0.5,
        1.0,
        30.0,
        30.0,
    ]


def test_it_is_started_again_and_ends_when_it_is_asked_to(start: Start, tmp_path: Path) -> None:
    child = start(SANDBOX)
    wait_until(lambda: said(tmp_path) == 1)
    os.kill(child.pid, 9)

    wait_until(lambda: mended(child, deaths=1))
    wait_until(lambda: mended(child, deaths=1) and said(tmp_path) == 2)
    child.ask_to_end()
    child.wait_for_end(interruption=Interruption())

    assert not Path(f"/proc/{child.pid}").exists()


def said(folder: Path) -> int:
    return (folder / "log").read_text().count("business-central answers at http://127.0.0.1:")


def test_one_that_keeps_dying_is_counted(start: Start, tmp_path: Path) -> None:
    child = start(HOPELESS)

    wait_until(lambda: mended(child, deaths=2))

    assert "There is no command" in (tmp_path / "log").read_text()


def test_a_command_that_fails_tells_its_last_line(process_environment: dict[str, str]) -> None:
    with pytest.raises(CannotStartError, match="There is no command `no-such-command`"):
        programs.run_to_end(arguments=["no-such-command"], environment=process_environment)


def test_a_command_that_succeeds_tells_what_it_said(process_environment: dict[str, str]) -> None:
    assert "Usage: sluse" in programs.run_to_end(arguments=["--help"], environment=process_environment)
