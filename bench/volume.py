"""Many reimbursements through a real worker into a strict sandbox: every øre, nothing twice, no limit overstepped."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from bench import systems
from bench.systems import System
from sluse.organizations.models import Organization, User
from sluse.reimbursements import intake
from sluse.sandbox.remote import Remote
from sluse.sync.models import Posting, Run
from sluse.vouchers.voucher import kroner
from tests import programs, scene

AT_ONCE = 500
RUN_SECONDS_MAX = 3_600.0
"""A run that has not ended by then never will."""
ROUNDS_WITHOUT_PROGRESS_MAX = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """`approved_ore` is what was approved here, `there_ore` what the accounting system has posted."""

    kind: str
    reimbursements: int
    posted: int
    approved_ore: int
    there_ore: int
    requests: int
    violations: int
    duplicates: int
    seconds: float

    @property
    def each(self) -> float:
        return self.requests / self.reimbursements

    def broken_bounds(self) -> list[str]:
        most = systems.SYSTEMS[self.kind].each_max
        bounds = {
            "not everything was posted": self.posted == self.reimbursements,
            "the sums differ": self.approved_ore == self.there_ore,
            "something is there twice": self.duplicates == 0,
            "a limit was overstepped": self.violations == 0,
            f"more than {most} requests each": most is None or self.each <= most,
        }
        return [sentence for sentence, is_kept in bounds.items() if not is_kept]


def measure(*, kind: str, count: int, environment: Mapping[str, str]) -> Measured:
    """`environment` is that of the worker, which is a program of its own."""
    system = systems.SYSTEMS[kind]
    with systems.running(system) as remote:
        system.point_to(remote.base)
        of = scene.organization(f"volume-{kind.replace('_', '-')}", f"Volume {kind}")
        person = scene.administrator(of, f"admin-{kind}@bench.example", "Admin")
        tenant = system.make_ready(of, person)
        _approve(of, count)
        scene.enable(of, person)
        before, began = remote.counts(tenant=tenant)["requests"], time.monotonic()
        with programs.started(["worker"], {**environment, **system.variables(remote.base)}):
            _send_all(system, remote, of, person)
        seconds = time.monotonic() - began
        return _measured(kind, remote, tenant, of, before, seconds)


def _approve(of: Organization, count: int) -> None:
    """Each of an amount of its own, so that an øre lost here is not won there."""
    now = timezone.now()
    for start in range(0, count, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, count))
        items = [
            scene.reimbursement(
                f"R-{number}",
                claimant=f"V{number % 400 + 1:05}",
                amount=f"{Decimal(31_000 + number) / 100:.2f}",
            )
            for number in numbers
        ]
        for answer in intake.submit(organization=of, items=items, now=now):
            assert answer.status == 201, answer.error
        for number in numbers:
            scene.approve_one(of, f"R-{number}", now)


def _send_all(system: System, remote: Remote, of: Organization, person: User) -> None:
    """One run sends everything. What the accounting system posts by itself is asked about by the next ones."""
    last, still = scene.states(of), 0
    while last.keys() != {"posted"} and still < ROUNDS_WITHOUT_PROGRESS_MAX:
        run = scene.start_manual(of, person)
        programs.until(lambda: _is_finished(run), "the run has ended", seconds=RUN_SECONDS_MAX)  # noqa: B023
        if system.posts_by_itself:
            remote.run_job()
        now = scene.states(of)
        last, still = now, still + 1 if now == last else 0


def _is_finished(run: Run) -> bool:
    return Run.objects.get(pk=run.pk).is_finished


def _measured(
    kind: str, remote: Remote, tenant: str, of: Organization, before: int, seconds: float
) -> Measured:
    held = systems.SYSTEMS[kind].held(remote, tenant)
    postings = list(Posting.objects.filter(organization=of).values_list("state", "total_ore"))
    return Measured(
        kind=kind,
        reimbursements=len(postings),
        posted=[state for state, _ore in postings].count("posted"),
        approved_ore=sum(ore for _state, ore in postings),
        there_ore=sum(one.total_ore for one in held if one.is_posted),
        requests=remote.counts(tenant=tenant)["requests"] - before,
        violations=len(remote.violations()),
        duplicates=len(held) - len({one.reference for one in held}),
        seconds=seconds,
    )


# --- the table ------------------------------------------------------------------------------------

HEADING = (
    f"{'system':<17} {'number':>7} {'posted':>7} {'approved':>14} {'there':>14} {'requests':>9} {'each':>6} "
    f"{'oversteps':>9} {'twice':>6} {'seconds':>8}"
)


def line(measured: Measured) -> str:
    approved, there = kroner(measured.approved_ore), kroner(measured.there_ore)
    return (
        f"{measured.kind:<17} {measured.reimbursements:>7} {measured.posted:>7} {approved:>14} {there:>14} "
        f"{measured.requests:>9} {measured.each:>6.3f} {measured.violations:>9} {measured.duplicates:>6} "
        f"{measured.seconds:>8.0f}"
    )
