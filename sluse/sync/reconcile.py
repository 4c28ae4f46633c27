"""Our postings against what the accounting system holds, both ways and to the øre.

Reads only. At night for whoever is on; otherwise because a person asked. After a restore it also rebuilds: what is there and
open here is taken over.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from sluse import reach
from sluse.audit.actor import SYSTEM, Actor
from sluse.connectors import configure, registry
from sluse.connectors.base import ConnectorError, Found, NotPermittedError
from sluse.connectors.models import Connector
from sluse.connectors.secrets import SecretError
from sluse.gate import read, restored
from sluse.gate.models import Hold
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization
from sluse.sync import comparison, reconciled
from sluse.sync.comparison import Snapshot
from sluse.sync.database import step
from sluse.sync.models import Posting, Reconciliation, State
from sluse.sync.models import Reconciliation as Row

DAYS = 35
"""A month and a few days, so that a voucher is seen some thirty nights in a row."""
DAYS_AFTER_A_RESTORE = 400
"""What is told again may be about last year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`before` is how our side looked before the accounting system was asked."""

    organization: Organization
    connector: Connector
    trigger: Row.Trigger
    actor: Actor
    since: date
    hold: Hold | None
    before: Snapshot
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    found: Mapping[str, Found]
    error: str = ""


def now_for(
    *, organization: Organization, actor: Actor, now: datetime, since: date | None = None
) -> Reconciliation:
    """Because a person asked, even while the switch is off. Raises `ConflictError`: no_connector."""
    question = ask(organization=organization, trigger=Row.Trigger.MANUAL, actor=actor, now=now, since=since)
    reading = asyncio.run(_read(question.connector, question.since))
    return _write_down(question, reading)


async def nightly(*, organization_id: int) -> None:
    """For a worker. Nothing happens when the switch was turned off since it was due."""
    with reach.organization(organization_id=organization_id):
        question = await step(_ask_nightly, organization_id=organization_id, now=timezone.now())
        if question is not None:
            await answer(question=question)


async def answer(*, question: Question) -> Reconciliation:
    reading = await _read(question.connector, question.since)
    return await step(_write_down, question, reading)


def ask(
    *,
    organization: Organization,
    trigger: Row.Trigger,
    actor: Actor,
    now: datetime,
    since: date | None = None,
) -> Question:
    """While a restore waits for its release, any comparison is the one after the restore, and looks no less far back."""
    row = configure.find(organization=organization)
    if row is None:
        raise ConflictError(_("Choose an accounting system first."), code="no_connector")
    hold = restored.open_hold(organization=organization)
    own = _first_day(organization, now, DAYS_AFTER_A_RESTORE if hold else DAYS)
    day = min(since or own, own) if hold else since or own
    return Question(
        organization=organization,
        connector=row,
        trigger=Row.Trigger.RESTORE if hold else trigger,
        actor=actor,
        since=day,
        hold=hold,
        before=comparison.snapshot(organization=organization, since=day),
        asked_at=now,
    )


def _ask_nightly(*, organization_id: int, now: datetime) -> Question | None:
    organization = Organization.objects.get(pk=organization_id)
    if not read.decision(organization_id=organization_id, now=now).allowed:
        return None
    return ask(organization=organization, trigger=Row.Trigger.NIGHTLY, actor=SYSTEM, now=now)


def _first_day(organization: Organization, now: datetime, days: int) -> date:
    """Whatever is still open here is within it, however old."""
    waiting = Posting.objects.filter(organization=organization).exclude(
        state__in=[State.POSTED, State.WITHDRAWN]
    )
    days_open = [
        date.fromisoformat(line["date"])
        for document in waiting.values_list("document", flat=True)
        for line in document["lines"]
    ]
    return min([now.date() - timedelta(days=days), *days_open])


async def _read(row: Connector, since: date) -> Reading:
    try:
        connector = registry.open_connector(row=row, permit=_refuse)
        try:
            return Reading(found=await connector.scan(since=since))
        finally:
            await connector.close()
    except (ConnectorError, SecretError) as error:
        return Reading(found={}, error=str(error) or type(error).__name__)


async def _refuse() -> None:
    raise NotPermittedError(_("A comparison changes nothing."))


def _write_down(question: Question, reading: Reading) -> Reconciliation:
    return reconciled.write_down(
        organization=question.organization,
        connector_kind=question.connector.kind,
        trigger=question.trigger,
        actor=question.actor,
        since=question.since,
        before=question.before,
        found=reading.found,
        error=reading.error,
        rebuild=question.hold is not None,
        asked_at=question.asked_at,
        now=timezone.now(),
    )
