"""Which life of the database is this? Asked at every start, and again before each batch that is sent.

The database cannot know that it was restored; only something outside it can. What is outside is a file in the data folder
(see `memory`), and, where machines come and go, a value that the operator sets anew after a restore.
"""

import logging
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from sluse import reach
from sluse.organizations.models import Organization
from sluse.sync import memory, restore
from sluse.sync.memory import Memory
from sluse.sync.models import Attempt, Incarnation
from sluse.sync.queue import Intent

logger = logging.getLogger(__name__)

ONE_AT_A_TIME = 7003
"""The advisory lock of whoever looks. 7000 to 7002 are those of migrations and the gate."""
SILENCE_MAX = timedelta(hours=1)
"""A database that no worker has seen for longer may have been put back together with everything around it."""


class Finding(StrEnum):
    """What a look at the database and at what is outside it says."""

    FIRST = "first"
    SAME = "same"
    DOUBTFUL = "doubtful"  # no sign of a restore, and no proof of none: first sends are looked up
    RESTORED = "restored"


class RestoredError(Exception):
    """The database does not know what was sent last. Everything has been switched off."""


@reach.platform()
def check(*, now: datetime, folder: Path | None = None, declared: str | None = None) -> Finding:
    """At the start of every program that serves or sends. After a restore everything is off when it returns."""
    folder = settings.DATA_DIR if folder is None else folder
    declared = settings.INCARNATION if declared is None else declared
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        remembered, is_damaged = _remembered(folder)
        row = Incarnation.objects.order_by("-pk").first()
        finding = Finding.RESTORED if is_damaged else _compare(row, remembered, declared, now)
        row = _written_down(row, finding, declared, now)
    if remembered is None or remembered.incarnation != str(row.name) or remembered.is_copy:
        memory.begin(folder=folder, incarnation=str(row.name))
    if finding in {Finding.DOUBTFUL, Finding.RESTORED}:
        logger.warning("The database's incarnation is %s.", finding.value)
    return finding


def note(*, organization: Organization, intents: list[Intent]) -> None:
    """Between the committed intents and the first byte. A worker that lives through a restore notices it here.

    A restored database gives numbers anew, so that these very attempts may have that of the one remembered. An older number
    than that is no sign of a restore: this worker stood still while another went on, and the gate will refuse it.
    """
    if not intents:
        return
    own = {intent.attempt_id for intent in intents}
    follows = memory.note(
        folder=settings.DATA_DIR,
        organization_id=organization.pk,
        attempt=max(own),
        follows=lambda before: before not in own and _is_known(organization.pk, before),
    )
    if follows:
        return
    declare(now=timezone.now())
    raise RestoredError("The database does not know what was sent last: it was restored from a backup.")


def declare(*, now: datetime) -> None:
    """Somebody, or a program that noticed, says that the database was restored."""
    with transaction.atomic(durable=True):
        row = Incarnation.objects.select_for_update().order_by("-pk").first()
        row = _written_down(row, Finding.RESTORED, row.declared if row else "", now)
    memory.begin(folder=settings.DATA_DIR, incarnation=str(row.name))


@reach.platform()
def beat(*, now: datetime) -> None:
    """A worker has seen it. Now and then, so that it costs nothing."""
    Incarnation.objects.filter(seen_at__lt=now - SILENCE_MAX / 60).update(seen_at=now)


def _remembered(folder: Path) -> tuple[Memory | None, bool]:
    try:
        return memory.read(folder=folder), False
    except (ValueError, KeyError, TypeError, AttributeError):
        logger.exception("What this machine remembers of the database is damaged.")
        return None, True


def _compare(row: Incarnation | None, remembered: Memory | None, declared: str, now: datetime) -> Finding:
    if row is None:
        return Finding.FIRST if remembered is None else Finding.RESTORED
    if declared and row.declared and declared != row.declared:
        return Finding.RESTORED
    if remembered is not None and _contradicts(row, remembered, declared):
        return Finding.RESTORED
    if remembered is None and not (declared and declared == row.declared):
        return Finding.DOUBTFUL
    return Finding.DOUBTFUL if now - row.seen_at > SILENCE_MAX else Finding.SAME


def _contradicts(row: Incarnation, remembered: Memory, declared: str) -> bool:
    """A machine that slept through a restore knows an earlier life, and what was sent in it has been dealt with."""
    if remembered.incarnation != str(row.name):
        return not Incarnation.objects.filter(name=remembered.incarnation).exists()
    if remembered.is_copy and not declared:
        return True
    return not all(_is_known(int(number), attempt) for number, attempt in remembered.sent.items())


def _is_known(organization_id: int, attempt: int) -> bool:
    return Attempt.objects.filter(pk=attempt, posting__organization=organization_id).exists()


def _written_down(row: Incarnation | None, finding: Finding, declared: str, now: datetime) -> Incarnation:
    if finding is Finding.RESTORED:
        known = declared or (row.declared if row else "")
        restore.close_everything(now=now)
        return Incarnation.objects.create(
            declared=known, since=now, seen_at=now, restored_at=now, doubtful_until=now
        )
    if row is None:
        return Incarnation.objects.create(declared=declared, since=now, seen_at=now)
    row.declared, row.seen_at = declared or row.declared, now
    row.doubtful_until = now if finding is Finding.DOUBTFUL else row.doubtful_until
    row.save(update_fields=["declared", "seen_at", "doubtful_until"])
    return row
