"""One campaign: a kind of accounting system, a way of dying, and a list of points, each with an organization of its own.

Workers are struck one after another; then every lock is taken from those that are only paused, other workers go on, the
paused ones wake up, and at last everything is counted.
"""

import contextlib
import itertools
import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.db import connections, transaction
from django.test import override_settings
from django.utils import timezone
from psycopg import OperationalError

from sluse.organizations.models import Organization, User
from sluse.sandbox.remote import Remote
from sluse.sandbox.serve import running
from sluse.sync import setup, wake
from sluse.sync.models import Attachment, Posting, Run
from sluse.up.postgres import DATABASE, Server
from sluse.vouchers import store
from tests import programs, scene
from tests.crash import points, workers
from tests.crash.findings import AMOUNTS, Case, Findings
from tests.crash.kinds import Kind
from tests.crash.points import How, Order
from tests.crash.workers import Nursery

DEADLINE_SECONDS, QUARANTINE_SECONDS = 1, 2
PDF = b"%PDF-1.7\r\n" + bytes(range(256))
NUDGE_SECONDS = 0.4
QUIET_SECONDS = 0.5
AWAKE_SECONDS = 1.5
CASES_AT_ONCE = {How.KILL: 50, How.PAUSE: 5, How.DATABASE: 1, How.CUT: 1}
"""A stopped worker keeps its nine connections, and the database has a hundred; one that goes on would take others' work."""
_numbers = itertools.count(1)


class Campaign:
    def __init__(self, *, kind: Kind, erp: Remote, nursery: Nursery, folder: Path, server: Server) -> None:
        self.kind = kind
        self.erp = erp
        self._nursery = nursery
        self._folder = folder
        self._server = server
        self._cases: list[Case] = []
        self._helpers: list[Case] = []
        self.findings = Findings()

    def enumerate(self) -> list[str]:
        """The points of one undisturbed life of two vouchers, in order."""
        case = self._case(How.COUNT, 0, "undisturbed")
        self._start(case)
        self._until_settled([case])
        seen = -1
        while seen != len(found := points.passed(report=case.report)):
            seen = len(found)
            time.sleep(QUIET_SECONDS)
        self._end([case])
        self._examine([case])
        return found

    def strike(self, how: How, chosen: Sequence[tuple[int, str]]) -> None:
        """`chosen`: numbers of points, and what they were called when they were counted."""
        for start in range(0, len(chosen), CASES_AT_ONCE[how]):
            self._strike(how, chosen[start : start + CASES_AT_ONCE[how]])
        self.findings.tried[how] += len(chosen)

    def _strike(self, how: How, chosen: Sequence[tuple[int, str]]) -> None:
        cases = []
        for at, name in chosen:
            case = self._case(how, at, name)
            cases.append(case)
            self._start(case)
            self._until_struck(case)
        if how is How.PAUSE:
            self._take_locks_away()
        if CASES_AT_ONCE[how] > 1:
            self._start_helper()
        self._until_settled(cases)
        if how is How.PAUSE:
            self._wake(cases)
        self._end([*cases, *self._helpers])
        self._helpers.clear()
        self._examine(cases)

    def _wake(self, cases: Sequence[Case]) -> None:
        """Those that were stopped, after others have done all of their work. Whatever they still want to do, they may do."""
        for case in cases:
            if case.worker is not None and case.worker.is_stopped():
                case.worker.go_on()
        time.sleep(AWAKE_SECONDS)
        self._until_settled(cases)

    # --- one case -----------------------------------------------------------------------------------

    def _case(self, how: How, at: int, name: str, *, approves: bool = True) -> Case:
        number = next(_numbers)
        of = scene.organization(f"krasj-{number}", f"Krasj {number}")
        person = scene.administrator(of, f"admin@krasj-{number}.example", "Admin")
        tenant = self.kind.tenant()
        self._tie(of, person, tenant)
        if approves:
            for external_id, amount in AMOUNTS.items():
                scene.submit(of, scene.reimbursement(external_id, amount=amount))
            if self.kind.takes_files:
                scene.bring_receipt(of, PDF)
            for external_id in AMOUNTS:
                scene.approve_one(of, external_id, timezone.now())
        case = Case(of=of, tenant=tenant, report=self._folder / f"{number}.points", how=how, at=at, name=name)
        self._cases.append(case)
        return case

    def _tie(self, of: Organization, person: User, tenant: str) -> None:
        actor, now = scene.actor(person), timezone.now()
        setup.configure_connector(
            organization=of,
            kind=self.kind.connector,
            settings=self.kind.settings(tenant),
            credentials=self.kind.credentials(tenant),
            actor=actor,
            now=now,
        )
        store.save(organization=of, content=self.kind.mapping, actor=actor, now=now)
        scene.take_as_tested(of)
        scene.enable(of, person)

    def _start(self, case: Case) -> None:
        case.worker = self._nursery.worker(
            Order(
                organization_id=case.of.pk,
                tenant=case.tenant,
                sandbox=self.erp.base,
                report=str(case.report),
                how=case.how,
                at=case.at,
            )
        )

    def _start_helper(self) -> None:
        helper = self._case(How.COUNT, 0, "helper", approves=False)
        self._helpers.append(helper)
        self._start(helper)

    def _replace_who_ended(self, cases: Sequence[Case]) -> None:
        """A worker may end together with its database; as a deployment would, another is started."""
        if not any(one.worker and one.worker.is_alive() for one in (*cases, *self._helpers)):
            self._start_helper()

    def _until_struck(self, case: Case) -> None:
        """A cut connection harms nobody but its transaction; whoever is cut goes on."""
        worker, nudge = case.worker, self._nudging([case])
        assert worker is not None

        def is_struck() -> bool:
            next(nudge)
            if case.how is How.CUT:
                return len(points.passed(report=case.report)) >= case.at
            return worker.is_stopped() or not worker.is_alive()

        programs.until(is_struck, f"{self.kind.name} {case.how} at {case.at}: {case.name}")
        if case.how is How.DATABASE and worker.is_stopped():
            self._restart_database()
            worker.go_on()

    # --- what happens to all of them ------------------------------------------------------------------

    def _nudging(self, cases: Sequence[Case]) -> Iterator[None]:
        """As the clock does, but sooner: wakes who has something to do, and posts there what only waits for that."""
        due = 0.0
        while True:
            if time.monotonic() >= due:
                due = time.monotonic() + NUDGE_SECONDS
                if self.kind.posts_by_itself:
                    self._post_there()
                for case in cases:
                    wake.wake(organization_id=case.of.pk)
            yield

    def _post_there(self) -> None:
        """For every case, also those whose worker died before: whoever is asked in vain is asked ever more rarely.
        Those that a worker holds just now are left for the next time: two that wait for each other would end one of them."""
        tenants = {case.of.pk: case.tenant for case in self._cases}
        delivered = Posting.objects.filter(organization__in=tenants, state="delivered")
        for organization_id in set(delivered.values_list("organization_id", flat=True)):
            self.erp.run_job(tenant=tenants[organization_id])
        with transaction.atomic():
            free = list(delivered.select_for_update(skip_locked=True).values_list("pk", flat=True))
            Posting.objects.filter(pk__in=free).update(next_try_at=timezone.now())

    def _until_settled(self, cases: Sequence[Case]) -> None:
        open_cases = {case.of.pk: case for case in cases}
        nudge = self._nudging(list(open_cases.values()))

        def is_settled() -> bool:
            for number, case in list(open_cases.items()):
                if self._is_settled(case):
                    del open_cases[number]
            self._replace_who_ended(cases)
            next(nudge)
            return not open_cases

        try:
            programs.until(is_settled, f"{self.kind.name}: all of it is posted")
        except AssertionError:
            for case in open_cases.values():
                self.findings.lose(case=case, erp=self.erp)

    def _is_settled(self, case: Case) -> bool:
        """A file that came after the other side had posted by itself is refused there, and the administrator is told."""
        attachments = Attachment.objects.filter(posting__organization=case.of)
        waiting = attachments.exclude(state__in=["attached", "refused"])
        return (
            scene.states(case.of) == {"posted": len(AMOUNTS)}
            and not Run.objects.filter(organization=case.of, finished_at=None).exists()
            and not waiting.exists()
        )

    def _take_locks_away(self) -> None:
        """As a network does that lost the connections of a machine which has stopped."""
        with self._server.administrator() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluse-locks'"
            )

    def _restart_database(self) -> None:
        """PostgreSQL loses one of its processes, ends all the others at once, and recovers from its log."""
        connections.close_all()
        with contextlib.suppress(OperationalError), self._server.administrator() as connection:
            os.kill(connection.info.backend_pid, signal.SIGKILL)
            connection.execute("SELECT 1")
        programs.until(self._answers, "PostgreSQL is back")

    def _answers(self) -> bool:
        try:
            with self._server.administrator() as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except OperationalError:
            return False

    def _end(self, cases: Sequence[Case]) -> None:
        for case in cases:
            if case.worker is not None:
                case.worker.kill()
        programs.until(
            lambda: not any(case.worker and case.worker.is_alive() for case in cases), "they ended"
        )

    def _examine(self, cases: Sequence[Case]) -> None:
        self.erp.wait_until_quiet()
        for case in cases:
            self.findings.examine(case=case, kind=self.kind, erp=self.erp)


@contextlib.contextmanager
def campaign(*, kind: Kind, environment: dict[str, str], folder: Path, server: Server) -> Iterator[Campaign]:
    """A sandbox of its own, and workers that find it."""
    with running(kind.sandbox()) as base:
        addresses = kind.addresses(base)
        named = {kind.environment[name]: address for name, address in addresses.items()}
        times = {
            "SLUSE_QUARANTINE_SECONDS": str(QUARANTINE_SECONDS),
            "SLUSE_ERP_DEADLINE_SECONDS": str(DEADLINE_SECONDS),
        }
        log = folder / f"{kind.name}.log"
        with (
            override_settings(**addresses, QUARANTINE_SECONDS=QUARANTINE_SECONDS),
            _committed_means_kept(server),
            workers.nursery(environment=environment | named | times, log=log) as nursery,
        ):
            yield Campaign(kind=kind, erp=Remote(base=base), nursery=nursery, folder=folder, server=server)


@contextlib.contextmanager
def _committed_means_kept(server: Server) -> Iterator[None]:
    """The tests' database is quick because a crash may cost it its last commits; here it must keep them."""
    with server.administrator() as connection:
        connection.execute(f"ALTER DATABASE {DATABASE} SET synchronous_commit = on")
    connections.close_all()
    try:
        yield
    finally:
        with server.administrator() as connection:
            connection.execute(f"ALTER DATABASE {DATABASE} RESET synchronous_commit")
