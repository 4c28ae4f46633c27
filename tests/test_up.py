"""`sluse up` from a terminal: one command that serves, keeps its parts alive, and leaves nothing behind."""

import os
import signal
import socket
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.programs import until
from tests.terminal import SLUSE, Running, environment, run, status

pytestmark = pytest.mark.journey

Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Running] = []

    def start_here(*arguments: str, variables: dict[str, str] | None = None) -> Running:
        started.append(
            Running(
                tmp_path / "data",
                arguments=[*(arguments or ("--port", "0"))],
                variables={**environment(), **(variables or {})},
            )
        )
        return started[-1]

    yield start_here
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGTERM)


def test_it_serves_and_ctrl_c_leaves_nothing_behind_but_the_data(start: Start) -> None:
    first = start()
    runtime = first.data / "runtime.json"
    assert first.status_of("/healthz") == 200
    assert stat.S_IMODE(runtime.stat().st_mode) == 0o600
    assert run("migrate", "--data", str(first.data)).returncode == 0
    with first.database() as owner:
        owner.execute("CREATE TABLE remembered AS SELECT 'before' AS text")

    assert first.end(signal.SIGINT) == 0
    assert first.left_behind() == set()
    assert not runtime.exists()

    second = start()
    with second.database() as owner:
        assert owner.execute("SELECT text FROM remembered").fetchone() == ("before",)
    assert second.end(signal.SIGTERM) == 0
    assert second.left_behind() == set()


def test_a_second_one_on_the_same_data_folder_is_refused(start: Start) -> None:
    first = start()

    refused = run("up", "--port", "0", "--data", str(first.data))

    assert refused.returncode == 1
    assert refused.stderr == (
        f"Sluse already runs on the data folder {first.data}. Stop it, or choose another with --data.\n"
    )
    assert first.status_of("/healthz") == 200


def test_what_dies_is_started_again(start: Start) -> None:
    running = start()
    worker, web, server = running.child("worker"), running.child("web"), server_of(running)
    assert worker
    assert web

    for pid in (worker, web, server):
        os.kill(pid, signal.SIGKILL)

    until(lambda: running.child("worker") not in {None, worker}, "a new worker")
    until(lambda: running.child("web") not in {None, web}, "a new web server")
    until(lambda: answers(running), "the database answers")
    assert running.end() == 0
    assert running.left_behind() == set()


def server_of(running: Running) -> int:
    return int((running.data / "postgresql" / "postmaster.pid").read_text().split("\n")[0])


def answers(running: Running) -> bool:
    try:
        with running.database() as owner:
            return owner.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_killed_outright_it_takes_everything_with_it_and_starts_again_on_the_same_port(start: Start) -> None:
    first = start()

    first.end(signal.SIGKILL)

    until(lambda: first.left_behind() == set(), "no process is left")
    again = start("--port", str(first.port))
    assert again.status_of("/healthz") == 200


def test_the_demo_says_where_to_sign_in_and_brings_its_own_accounting_systems(start: Start) -> None:
    running = start("--demo", "--port", "0")
    sandbox = running.child("sandbox", "business-central")
    welcome = [running.line() for _number in range(10)]

    assert any("leder@hlf.example" in line for line in welcome)
    assert running.child("sandbox", "xledger")
    assert running.status_of("/sign-in/") == 200
    assert sandbox

    os.kill(sandbox, signal.SIGKILL)
    until(lambda: running.child("sandbox", "business-central") not in {None, sandbox}, "a new sandbox")
    assert running.end() == 0
    assert running.left_behind() == set()


@pytest.mark.parametrize("system", ["business-central", "xledger"])
def test_a_sandbox_needs_neither_keys_nor_database(system: str) -> None:
    with subprocess.Popen(
        [*SLUSE, "sandbox", system], env=environment(), stdout=subprocess.PIPE, text=True
    ) as sandbox:
        assert sandbox.stdout is not None
        address = sandbox.stdout.readline().split()[-1]
        try:
            assert status(int(address.rpartition(":")[2]), "/") == 200
        finally:
            sandbox.terminate()


def test_a_taken_port_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("up", "--port", str(port), "--data", str(tmp_path / "data"))

    assert refused.returncode == 1
    assert refused.stderr == (
        f"Port {port} is taken by another program. Choose another with --port, or 0 for a free one.\n"
    )
    assert not (tmp_path / "data" / "postgresql").exists()


def test_an_unwritable_data_folder_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    data = tmp_path / "file" / "data"

    refused = run("up", "--port", "0", "--data", str(data))

    assert refused.returncode == 1
    assert refused.stderr == (
        f"The data folder {data} cannot be written to: Not a directory. Choose another with --data.\n"
    )


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://sluse@127.0.0.1:1/sluse", "The database of SLUSE_DATABASE_URL cannot be reached: "),
        ("mysql://sluse:secret@127.0.0.1/sluse", "SLUSE_DATABASE_URL must start with postgresql://."),
        ("postgresql://sluse:secret@127.0.0.1/sluse?no=1", "SLUSE_DATABASE_URL is not a valid address."),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_one_sentence(
    tmp_path: Path, url: str, sentence: str
) -> None:
    data = tmp_path / "data"

    refused = run("up", "--port", "0", "--data", str(data), variables={"SLUSE_DATABASE_URL": url})

    assert refused.returncode == 1
    assert refused.stderr.startswith(sentence)
    assert refused.stderr.count("\n") == 1
    assert "secret" not in refused.stderr
    assert not (data / "runtime.json").exists()
    assert not (data / "postgresql").exists()


@pytest.mark.usefixtures("committed_database")
def test_somebody_elses_server_is_used_and_left_alone(
    start: Start, process_environment: dict[str, str]
) -> None:
    names = ("SLUSE_DATABASE_URL", "SLUSE_OWNER_DATABASE_URL")
    running = start("--port", "0", variables={name: process_environment[name] for name in names})

    assert running.status_of("/healthz") == 200
    assert not (running.data / "postgresql").exists()
    assert running.end() == 0
    assert running.left_behind() == set()
    with psycopg.connect(process_environment["SLUSE_DATABASE_URL"]) as application:
        assert application.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("command", ["web", "worker", "migrate"])
def test_nothing_else_starts_without_keys_and_database(tmp_path: Path, command: str) -> None:
    refused = run(command, "--data", str(tmp_path))

    assert refused.returncode == 1
    assert "SLUSE_SECRET_KEY is not set." in refused.stderr
    assert "Start `sluse up` on this data folder" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_wrong_usage_has_its_own_status() -> None:
    assert run("no-such-command").returncode == 2
    assert run("up", "--port", "many").returncode == 2
    assert run("--help").returncode == 0
