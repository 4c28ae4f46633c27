"""The cases of a campaign, and what is wrong with any of them afterwards."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sluse.audit import verify
from sluse.organizations.models import Organization
from sluse.sandbox.remote import Remote
from sluse.sync.models import Attempt, Posting, Run
from tests.crash import kinds
from tests.crash.kinds import Kind
from tests.crash.points import How
from tests.crash.workers import Worker
from tests.soak import figures

AMOUNTS = {"R-1": "310.00", "R-2": "1234.56"}
TOTAL_ORE = 31_000 + 123_456


@dataclass(slots=True, kw_only=True)
class Case:
    """One organization and the point its worker is struck at."""

    of: Organization
    tenant: str
    report: Path
    how: How
    at: int
    name: str
    worker: Worker | None = None

    def told(self) -> str:
        return f"{self.how} at {self.at} ({self.name})"


def standing(*, case: Case) -> str:
    """Where its postings, attempts and runs stand, for whoever reads why it never ended."""
    postings = Posting.objects.filter(organization=case.of).order_by("external_id")
    attempts = Attempt.objects.filter(posting__organization=case.of).order_by("posting", "number")
    runs = Run.objects.filter(organization=case.of).order_by("created_at")
    return "; ".join(
        [
            *(f"{one.external_id} {one.state} {one.reason_code} until {one.next_try_at}" for one in postings),
            *(f"attempt {one.number} {one.outcome} {one.error}" for one in attempts),
            *(f"run {one.trigger} {one.outcome} {one.reason}" for one in runs),
        ]
    )


@dataclass(slots=True, kw_only=True)
class Findings:
    """What the table of `make soak` counts. The last three are to be nothing."""

    tried: Counter[str] = field(default_factory=Counter)
    duplicates: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    wrong_ore: int = 0
    other: list[str] = field(default_factory=list)

    def note(self) -> None:
        figures.note(
            crash_points=sum(self.tried.values()),
            faults=sum(self.tried.values()),
            duplicates=len(self.duplicates),
            lost=len(self.lost),
            ore_off=self.wrong_ore,
        )

    def assert_nothing_is_wrong(self) -> None:
        wrong = [
            *(f"twice: {one}" for one in self.duplicates),
            *(f"lost: {one}" for one in self.lost),
            *self.other,
            *([f"{self.wrong_ore} øre off"] if self.wrong_ore else []),
        ]
        assert not wrong, "\n".join(wrong)

    def examine(self, *, case: Case, kind: Kind, erp: Remote) -> None:
        ours = dict(Posting.objects.filter(organization=case.of).values_list("reference", "total_ore"))
        there = list(kinds.held(kind=kind, vouchers=erp.vouchers(tenant=case.tenant)))
        copies = Counter(reference for reference, _ore, _posted in there)
        self.duplicates += [f"{case.told()}: {name}" for name, count in copies.items() if count > 1]
        posted = {reference: ore for reference, ore, is_posted in there if is_posted}
        self.lost += [f"{case.told()}: {name}" for name in ours if name not in posted]
        self.wrong_ore += abs(sum(posted.values()) - TOTAL_ORE)
        if set(posted) - set(ours) or {name: posted.get(name) for name in ours} != ours:
            self.other.append(f"{case.told()}: {posted} there, {ours} here")
        if not verify.verify(organization_id=case.of.pk).ok:
            self.other.append(f"{case.told()}: the log is broken")
        if Attempt.objects.filter(posting__organization=case.of, finished_at=None).exists():
            self.other.append(f"{case.told()}: an attempt was never closed")
