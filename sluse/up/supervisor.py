"""`sluse up`: everything started in order, kept alive, and stopped in the opposite order.

Data folder, port, database, sandboxes, schema, demo data, worker and web; then it watches until told to stop.
"""

import contextlib
import socket
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from sluse import environment
from sluse.up import answering, data_folder, databases, interruption, listening, private_file, programs
from sluse.up.databases import Database
from sluse.up.errors import CannotStartError
from sluse.up.interruption import Interruption, StoppedError
from sluse.up.programs import Child, Program
from sluse.up.saying import say

WATCH_SECONDS = 0.1
DEATHS_AT_START_MAX = 4
WEB_STOP_SECONDS, WORKER_STOP_SECONDS, OTHER_STOP_SECONDS = 35.0, 75.0, 5.0
"""Pages get half a minute to finish; a worker may wait a minute for its accounting system's answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    data_dir: Path
    port: int
    demo: bool
    variables: Mapping[str, str]
    """What we were started with: every child gets these, and what we add."""


def run(*, wishes: Wishes) -> None:
    """Until somebody stops it. Raises CannotStartError with nothing left running."""
    with interruption.watch() as watched, contextlib.suppress(StoppedError), ExitStack() as stack:
        _Supervisor(wishes=wishes, stack=stack, interruption=watched).run()


class _Supervisor:
    """`_stack` knows what has to be undone, last things first."""

    def __init__(self, *, wishes: Wishes, stack: ExitStack, interruption: Interruption) -> None:
        self._wishes, self._stack, self._interruption = wishes, stack, interruption
        self._data_dir, self._runtime = wishes.data_dir, wishes.data_dir / environment.RUNTIME_FILE
        self._variables = {**wishes.variables, "SLUSE_DATA_DIR": str(wishes.data_dir)}
        self._children: list[Child] = []

    def run(self) -> None:
        self._stack.enter_context(data_folder.claim(data_dir=self._data_dir))
        self._runtime.unlink(missing_ok=True)  # of a start that was killed
        listener = self._stack.enter_context(listening.bind(port=self._wishes.port))
        database = self._open_database()
        if self._wishes.demo:
            self._start_sandboxes()
        welcome = self._prepare_database()
        self._look_for_a_restore()
        self._publish()
        self._start_programs(listener)
        self._announce(database, listener, welcome)
        while True:
            self._mend(database)
            time.sleep(WATCH_SECONDS)

    def _open_database(self) -> Database:
        kept = databases.keep_secrets(data_dir=self._data_dir)
        for name, value in kept.variables.items():
            self._variables[name] = self._variables.get(name) or value
        self._refuse_mistakes()
        database = self._choose_database(kept)
        self._stack.callback(database.stop)
        self._variables |= database.variables
        return database

    def _refuse_mistakes(self) -> None:
        """Before anything is started. A database that nobody named will be ours."""
        named = self._variables.get("SLUSE_DATABASE_URL") or "postgresql://"
        problems = environment.read({**self._variables, "SLUSE_DATABASE_URL": named}).problems
        if problems:
            raise CannotStartError(" ".join(dict.fromkeys(problems)))

    def _choose_database(self, kept: databases.Secrets) -> Database:
        if self._variables.get("SLUSE_DATABASE_URL"):
            say(_("Sluse uses the database of SLUSE_DATABASE_URL."))
            return databases.External(variables=self._variables)
        say(_("PostgreSQL starts on the data folder %s.") % self._data_dir)
        return databases.Embedded(data_dir=self._data_dir, kept=kept)

    def _start_sandboxes(self) -> None:
        """Each on a free port, unless the environment already names one to talk to."""
        if not self._variables.get("SLUSE_BC_API_URL"):
            address = self._start_sandbox("business-central")
            pages = f"{address}/_sandbox/web"
            self._variables |= {"SLUSE_BC_API_URL": address, "SLUSE_BC_LOGIN_URL": address}
            self._variables |= {"SLUSE_BC_WEB_URL": pages}
            say(_("The Business Central sandbox answers at %s.") % address)
        if not self._variables.get("SLUSE_XLEDGER_URL"):
            address = self._start_sandbox("xledger")
            self._variables |= {"SLUSE_XLEDGER_URL": f"{address}/graphql"}
            say(_("The Xledger sandbox answers at %s.") % address)

    def _start_sandbox(self, system: str) -> str:
        listener = self._stack.enter_context(listening.bind(port=0))
        sandbox = Program(
            name=f"sandbox-{system}",
            arguments=("sandbox", system, f"--descriptor={listener.fileno()}"),
            stop_seconds=OTHER_STOP_SECONDS,
            descriptors=(listener.fileno(),),
        )
        self._start(sandbox)
        return f"http://{listening.HOST}:{listener.getsockname()[1]}"

    def _prepare_database(self) -> str:
        say(_("The database is brought up to date."))
        arguments = ["migrate", "--verbosity=0", *(["--demo"] if self._wishes.demo else [])]
        return programs.run_to_end(arguments=arguments, environment=self._variables)

    def _look_for_a_restore(self) -> None:
        """Said here, where somebody reads it; web and worker look again before they serve."""
        told = programs.run_to_end(arguments=["restore", "check"], environment=self._variables)
        if told:
            say(told)

    def _publish(self) -> None:
        """So that every other command on this data folder finds keys, database and sandbox by itself."""
        self._stack.callback(self._runtime.unlink, missing_ok=True)
        ours = {name: value for name, value in self._variables.items() if name.startswith("SLUSE_")}
        private_file.write(path=self._runtime, content=ours)

    def _start_programs(self, listener: socket.socket) -> None:
        web = Program(
            name="web",
            arguments=("web", f"--descriptor={listener.fileno()}"),
            stop_seconds=WEB_STOP_SECONDS,
            descriptors=(listener.fileno(),),
        )
        self._start(Program(name="worker", arguments=("worker",), stop_seconds=WORKER_STOP_SECONDS), web)

    def _start(self, *started: Program) -> None:
        """Those started together are stopped together."""
        children: list[Child] = []
        self._stack.callback(self._stop, children)
        for program in started:
            log = self._data_dir / data_folder.LOGS / f"{program.name}.log"
            children.append(Child(program=program, environment=self._variables, log=log))
            self._children.append(children[-1])

    def _stop(self, children: list[Child]) -> None:
        say(_("Stopping %s.") % ", ".join(child.program.name for child in children))
        for child in children:
            child.ask_to_end()
        for child in children:
            child.wait_for_end(interruption=self._interruption)

    def _announce(self, database: Database, listener: socket.socket, welcome: str) -> None:
        port = listener.getsockname()[1]
        hosts = environment.read(self._variables).allowed_hosts
        answering.wait(
            port=port,
            path="/healthz",
            host_name=listening.HOST if "*" in hosts else hosts[0].lstrip("."),
            meanwhile=lambda: self._mend_at_start(database),
        )
        say(f"ready http://{listening.HOST}:{port}")
        if welcome:
            say(welcome)

    def _mend_at_start(self, database: Database) -> None:
        for child in self._children:
            if child.deaths >= DEATHS_AT_START_MAX:
                raise CannotStartError(
                    _("%(name)s does not start; %(log)s says why.")
                    % {"name": child.program.name, "log": child.log}
                )
        self._mend(database)

    def _mend(self, database: Database) -> None:
        database.mend()
        for child in self._children:
            child.mend()
