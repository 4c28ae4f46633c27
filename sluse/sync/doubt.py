"""What may be in the accounting system although our database says that it was never sent.

A restored database knows nothing of what was sent after its backup, and the source system may tell all of it again: same
reimbursement, same reference, and a first send that is none. So it is looked up before it is sent. Which are meant is told
by what they are about, for a posting made after the restore may be one that was made before it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.dateparse import parse_datetime

from sluse.sync.models import Incarnation, Posting

AFTER_A_RESTORE = timedelta(days=90)
"""So long every first send is looked up, also what is dated later than the restore: a look-up costs a request for each
batch, a double payment far more. An expense may be dated ahead by less than this."""
CLOCKS_DIFFER = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """`until`: whatever is about a time before this is doubtful. `of_all`: whatever else is so too, for now."""

    until: datetime | None = None
    of_all: bool = False

    def covers(self, posting: Posting) -> bool:
        if self.of_all or self.until is None:
            return self.of_all
        until = self.until + CLOCKS_DIFFER
        approved_at = parse_datetime(posting.document["approved_at"])
        first_day = min(str(line["date"]) for line in posting.document["lines"])
        return first_day <= until.date().isoformat() or approved_at is None or approved_at <= until


def current(*, now: datetime) -> Doubt:
    """Read with every batch: a restore may be noticed at any time."""
    row = Incarnation.objects.order_by("-pk").first()
    if row is None:
        return Doubt()
    lately = row.restored_at is not None and now - row.restored_at < AFTER_A_RESTORE
    return Doubt(until=row.doubtful_until, of_all=lately)
