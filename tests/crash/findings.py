"""The cases of a campaign, and what is wrong with any of them afterwards."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sluse.audit import verify
from sluse.organizations.models import Organization
from sluse.sandbox.remote import Remote
from sluse.sync.models import Attempt, Posting
from tests import standing
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

    def lose(self, *, case: Case, erp: Remote) -> None:
        """It never ended."""
        self.lost.append(f"{case.told()}: {_standing(case, erp)}")

    def examine(self, *, case: Case, kind: Kind, erp: Remote) -> None:
        ours = dict(Posting.objects.filter(organization=case.of).values_list("reference", "total_ore"))
        there = list(kinds.held(kind=kind, vouchers=erp.vouchers(tenant=case.tenant)))
        copies = Counter(reference for reference, _ore, _posted in there)
        posted = {reference: ore for reference, ore, is_posted in there if is_posted}
        duplicates = [name for name, count in copies.items() if count > 1]
        lost = [name for name in ours if name not in posted]
        other = list(_other(case, ours, posted))
        self.duplicates += [f"{case.told()}: {name}" for name in duplicates]
        self.lost += [f"{case.told()}: {name}" for name in lost]
        self.wrong_ore += abs(sum(posted.values()) - TOTAL_ORE)
        self.other += [f"{case.told()}: {what}" for what in other]
        if duplicates or lost or other:
            self.other.append(_standing(case, erp))


def _other(case: Case, ours: Mapping[str, int], posted: Mapping[str, int]) -> Iterator[str]:
    if set(posted) - set(ours) or {name: posted.get(name) for name in ours} != ours:
        yield f"{posted} there, {ours} here"
    if not verify.verify(organization_id=case.of.pk).ok:
        yield "the log is broken"
    if Attempt.objects.filter(posting__organization=case.of, finished_at=None).exists():
        yield "an attempt was never closed"


def _standing(case: Case, erp: Remote) -> str:
    return standing.told(of=case.of, there=erp.vouchers(tenant=case.tenant))
