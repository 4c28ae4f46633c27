"""Many reimbursements through a real worker into a strict sandbox: every øre, nothing twice, no limit overstepped."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """`before`: what its tenant was asked until it was ready, the connection test above all."""

    of: Organization
    person: User
    tenant: str
    before: int


def measure(*, kind: str, count: int, environment: Mapping[str, str], organizations: int = 1) -> Measured:
    """`count` reimbursements shared among the organizations, each with a tenant of its own, as the limits are each
    tenant's own. `environment` is that of the worker, which is a program of its own."""
    system = systems.SYSTEMS[kind]
    with systems.running(system) as remote:
        system.point_to(remote.base)
        members = [
            _join(system, remote, kind, number, count // organizations) for number in range(organizations)
        ]
        began = time.monotonic()
        with programs.started(["worker"], {**environment, **system.variables(remote.base)}):
            _send_all(system, remote, members)
        seconds = time.monotonic() - began
        return _measured(kind, remote, members, seconds)


def _join(system: System, remote: Remote, kind: str, number: int, count: int) -> Member:
    name = f"volume-{kind.replace('_', '-')}-{number}"
    of = scene.organization(name, f"Volume {kind} {number}")
    person = scene.administrator(of, f"{name}@bench.example", "Admin")
    tenant = system.make_ready(of, person, number)
    _approve(of, count)
    scene.enable(of, person)
    return Member(of=of, person=person, tenant=tenant, before=remote.counts(tenant=tenant)["requests"])


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


def _send_all(system: System, remote: Remote, members: Sequence[Member]) -> None:
    """One run each sends everything. What the accounting system posts by itself is asked about by the next ones."""
    last, still = _states(members), 0
    while set(last) != {"posted"} and still < ROUNDS_WITHOUT_PROGRESS_MAX:
        for member in members:
            if set(scene.states(member.of)) != {"posted"}:
                scene.start_manual(member.of, member.person)
        programs.until(_all_ended, "the runs have ended", seconds=RUN_SECONDS_MAX)
        if system.posts_by_itself:
            remote.run_job()
        now = _states(members)
        last, still = now, still + 1 if now == last else 0


def _all_ended() -> bool:
    return not Run.objects.filter(finished_at=None).exists()


def _states(members: Sequence[Member]) -> Counter[str]:
    return sum((Counter(scene.states(member.of)) for member in members), Counter[str]())


def _measured(kind: str, remote: Remote, members: Sequence[Member], seconds: float) -> Measured:
    held = [one for member in members for one in systems.SYSTEMS[kind].held(remote, member.tenant)]
    ours = Posting.objects.filter(organization__in=[member.of for member in members])
    postings = list(ours.values_list("state", "total_ore"))
    after = sum(remote.counts(tenant=member.tenant)["requests"] for member in members)
    return Measured(
        kind=kind,
        reimbursements=len(postings),
        posted=[state for state, _ore in postings].count("posted"),
        approved_ore=sum(ore for _state, ore in postings),
        there_ore=sum(one.total_ore for one in held if one.is_posted),
        requests=after - sum(member.before for member in members),
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
