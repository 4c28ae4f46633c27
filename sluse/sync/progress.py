"""How far a run has come, counted anew at each question: nothing of it is stored twice."""

from dataclasses import dataclass

from django.utils import timezone

from sluse.sync import queue
from sluse.sync.models import Run

MILESTONES = (0, 25, 50, 75, 100)
"""In per cent. What is read aloud: each figure would drown the reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`done` of `total` postings have an outcome, of whichever kind."""

    run: Run
    done: int
    total: int

    @property
    def milestone(self) -> int:
        reached = self.done * 100 // self.total if self.total else 0
        return max(stone for stone in MILESTONES if stone <= reached)


def of_run(*, run: Run) -> Progress:
    done = run.posted + run.delivered + run.failed + run.unknown
    if run.is_finished:
        return Progress(run=run, done=done, total=max(done, run.total))
    waiting = queue.eligible(organization_id=run.organization_id, run=run, now=timezone.now()).count()
    return Progress(run=run, done=done, total=done + waiting)
