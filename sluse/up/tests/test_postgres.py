"""The embedded server: keeps its data through every kind of end, and says plainly why it does not start."""

import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from sluse.up import cluster as clusters
from sluse.up import leftovers, postgres, secrets, sockets
from sluse.up.errors import CannotStartError
from sluse.up.postgres import Server

pytestmark = pytest.mark.journey

PASSWORDS = secrets.make().passwords
Start = Callable[[], Server]
WAIT_SECONDS = 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """pytest's own folders are closed to everyone else, as a home folder is."""
    return tmp_path / "postgresql"


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    started: list[Server] = []

    def start_here() -> Server:
        log = folder.with_suffix(".log")
        started.append(postgres.start(folder=folder, log=log, passwords=PASSWORDS, options={"fsync": "off"}))
        return started[-1]

    yield start_here
    for server in started:
        server.stop()


def remember(server: Server, text: str) -> None:
    with psycopg.connect(server.owner_url) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS said (text text)")
        owner.execute("INSERT INTO said VALUES (%s)", [text])


def remembered(server: Server) -> list[str]:
    with psycopg.connect(server.owner_url) as owner:
        return [text for (text,) in owner.execute("SELECT text FROM said").fetchall()]


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def test_data_survives_a_restart(start: Start) -> None:
    first = start()
    remember(first, "before")
    first.stop()

    assert remembered(start()) == ["before"]


def test_data_survives_a_killed_server(start: Start) -> None:
    first = start()
    remember(first, "before")
    first.process.kill()
    first.process.wait()

    assert remembered(start()) == ["before"]


def test_a_server_left_behind_is_ended_before_the_next_start(start: Start) -> None:
    left_behind = start()
    remember(left_behind, "before")

    server = start()

    assert left_behind.process.wait(timeout=WAIT_SECONDS) == 0
    assert remembered(server) == ["before"]


def test_a_number_in_the_pid_file_that_is_another_program_now_is_no_obstacle(
    start: Start, folder: Path
) -> None:
    first = start()
    first.process.kill()
    first.process.wait()
    wait_until(lambda: leftovers.of(cluster=first.cluster) == [])
    pid_file = folder / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    owner = folder.stat().st_uid
    with subprocess.Popen(["sleep", "600"], user=owner) as other:
        pid_file.write_text("\n".join([str(other.pid), *lines[1:]]))
        try:
            assert start().is_running()
        finally:
            other.kill()


def test_the_server_dies_with_whoever_started_it(folder: Path) -> None:
    program = (
        "import sys, pathlib, time; from sluse.up import postgres, secrets;"
        "folder = pathlib.Path(sys.argv[1]);"
        "postgres.start(folder=folder, log=folder.with_suffix('.log'), passwords=secrets.make().passwords);"
        "print('started', flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"started\n"
    cluster = clusters.prepare(folder=folder, passwords=PASSWORDS)
    assert leftovers.of(cluster=cluster)

    with parent:
        parent.kill()

    try:
        wait_until(lambda: leftovers.of(cluster=cluster) == [])
    finally:
        leftovers.end(cluster=cluster)


def test_a_folder_name_too_long_for_a_socket_gets_a_private_place(
    start: Start, folder: Path, tmp_path: Path
) -> None:
    server = start()
    server.stop()
    long = tmp_path / ("a" * 60) / ("b" * 60)
    long.mkdir(parents=True)
    folder.rename(long / "postgresql")

    server = postgres.start(folder=long / "postgresql", log=tmp_path / "log", passwords=PASSWORDS)
    try:
        place = server.cluster.socket_folder
        remember(server, "hello")
        mode = stat.S_IMODE(place.stat().st_mode)
    finally:
        server.stop()

    assert long not in place.parents
    assert mode == 0o700
    assert not place.exists()


def test_a_private_place_somebody_else_made_is_refused(tmp_path: Path) -> None:
    long = tmp_path / ("a" * 60) / ("b" * 60) / "postgresql"
    long.mkdir(parents=True)
    ours = sockets.folder(preferred=long, owner=None)
    ours.chmod(0o777)

    try:
        with pytest.raises(CannotStartError, match="made by somebody else"):
            sockets.folder(preferred=long, owner=None)
    finally:
        ours.rmdir()


def test_another_version_is_refused_with_a_plain_sentence(start: Start, folder: Path) -> None:
    start().stop()
    (folder / "PG_VERSION").write_text("17\n")

    with pytest.raises(
        CannotStartError, match=r"was made by PostgreSQL 17; this Sluse brings PostgreSQL 18\."
    ):
        start()


def test_another_folder_is_refused_with_a_plain_sentence(start: Start, folder: Path) -> None:
    folder.mkdir()
    (folder / "holiday.jpg").touch()

    with pytest.raises(CannotStartError, match="is not a PostgreSQL database"):
        start()


def test_a_start_cut_short_while_making_files_is_begun_again(start: Start, folder: Path) -> None:
    draft = folder.with_name("postgresql.new")
    draft.mkdir()
    (draft / "PG_VERSION").touch()

    assert start().is_running()


def test_other_passwords_are_told_apart_from_a_slow_start(start: Start, folder: Path) -> None:
    start().stop()

    with pytest.raises(CannotStartError, match="other passwords"):
        postgres.start(folder=folder, log=folder.with_suffix(".log"), passwords=secrets.make().passwords)


def test_a_server_that_cannot_start_names_its_log(folder: Path) -> None:
    log = folder.with_suffix(".log")

    with pytest.raises(CannotStartError, match=str(log)):
        postgres.start(folder=folder, log=log, passwords=PASSWORDS, options={"shared_buffers": "nonsense"})

    assert "nonsense" in log.read_text()


def test_nobody_connects_without_a_password_or_over_the_network(database_server: Server) -> None:
    place = str(database_server.cluster.socket_folder)

    for password in (None, "guess"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=place, user="postgres", dbname="postgres", password=password)
    with database_server.administrator() as administrator:
        assert administrator.execute("SHOW listen_addresses").fetchone() == ("",)
        assert administrator.execute("SHOW data_checksums").fetchone() == ("on",)


def test_the_server_never_runs_as_root_and_opens_nothing_above_it(start: Start, folder: Path) -> None:
    above = [(place, place.stat().st_mode) for place in folder.parents]
    server = start()

    owner = folder.stat().st_uid
    assert owner != 0
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert Path(f"/proc/{server.process.pid}").stat().st_uid == owner
    assert [(place, place.stat().st_mode) for place in folder.parents] == above


def test_stop_is_quick_and_leaves_no_process(start: Start) -> None:
    server = start()
    with psycopg.connect(server.url):  # a client that stays does not hold it up
        server.stop()

    assert server.process.returncode == 0
    assert leftovers.of(cluster=server.cluster) == []
