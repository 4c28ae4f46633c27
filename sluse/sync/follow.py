"""What became of what was delivered: an accounting system that posts by itself is asked, until it says.

Read-only, and by itself only while the switch is on. Each asking is spaced out before it begins, so that whatever goes
wrong, nobody is asked again at once; organizations pay for their requests.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sluse.audit.actor import Actor
from sluse.connectors import configure, meter, notices, registry
from sluse.connectors.base import ConnectorError, Found, UnauthorizedError
from sluse.connectors.models import Connector
from sluse.connectors.secrets import SecretError
from sluse.gate import read
from sluse.gate.lock import Held, Locks
from sluse.organizations.models import Organization
from sluse.sync import followed, rotating
from sluse.sync.database import step
from sluse.sync.followed import Question
from sluse.sync.models import Outage, Posting, Run, State, Trigger
from sluse.sync.permission import Permission, ReadOnly
from sluse.vouchers.voucher import Voucher

logger = logging.getLogger(__name__)

POSTINGS_MAX = 500
"""As many as a slice sends; the rest has its turn in the next one."""
FIRST_PART_OF_QUARANTINE = 3
"""First asked after a third of the quarantine, which is as long as the other side's own job may take."""
DELAY_MAX = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    question: Question
    switch_version: int


async def follow_up(*, organization_id: int, locks: Locks, right: Held) -> None:
    """The caller holds the organization's run lock, `right`."""
    taken = await step(take, organization_id=organization_id, now=timezone.now())
    if taken is None:
        return
    question = taken.question
    permission = Permission(
        organization_id=organization_id,
        switch_version=taken.switch_version,
        locks=locks,
        right=right,
    )
    with translation.override(question.organization.language):
        try:
            with notices.collected() as noted:
                found = await _ask(question, permission)
        except UnauthorizedError as error:
            await step(_trip_breaker, question=question, reason=str(error), now=timezone.now())
        except (ConnectorError, SecretError) as error:
            # Asked again when its time has come; a run says on the screen what is wrong.
            logger.info("Following up %s failed: %s", question.organization.slug, error)
        else:
            now = timezone.now()
            await step(followed.write_down, question=question, found=found, notices=noted, now=now)


def ask(*, organization: Organization, actor: Actor, now: datetime) -> None:
    """A person wants to know, whatever the switch says: read-only, and never by itself while it is off. Not inside a
    transaction. Who asks at the same time is harmless: what is written down once is not written down again."""
    connector = Connector.objects.filter(organization=organization).select_related("organization").first()
    if connector is None or not registry.KINDS[connector.kind].posts_by_itself:
        return
    delivered = Posting.objects.filter(organization=organization, state=State.DELIVERED)
    chosen = list(delivered.order_by("next_try_at", "pk")[:POSTINGS_MAX])
    if not chosen:
        return
    question = Question(organization=organization, connector=connector, postings=chosen, actor=actor)
    with translation.override(organization.language), notices.collected() as noted:
        try:
            found = asyncio.run(_ask(question, ReadOnly()))
        except (ConnectorError, SecretError) as error:
            logger.info("Asking %s failed: %s", organization.slug, error)
        else:
            followed.write_down(question=question, found=found, notices=noted, now=now)
        finally:
            meter.write()


def due(*, now: datetime) -> Q:
    """Delivered postings that somebody should look after now. Those without a time are given one."""
    kinds = [kind.name for kind in registry.KINDS.values() if kind.posts_by_itself]
    by_itself = Q(organization__connector__kind__in=kinds)
    return by_itself & Q(state=State.DELIVERED) & (Q(next_try_at=None) | Q(next_try_at__lte=now))


def take(*, organization_id: int, now: datetime) -> _Due | None:
    """When one is due, all are asked about: it costs no more. A run that a person has started asks at once."""
    connector = Connector.objects.filter(organization=organization_id).select_related("organization").first()
    decision = read.decision(organization_id=organization_id, now=now)
    if connector is None or not decision.allowed or not _may_ask(connector, now):
        return None
    delivered = Posting.objects.filter(organization=organization_id, state=State.DELIVERED)
    manual = Run.objects.filter(
        organization=organization_id, trigger=Trigger.MANUAL, started_at=None, finished_at=None
    )
    first = timedelta(seconds=registry.quarantine_seconds(kind=connector.kind) / FIRST_PART_OF_QUARANTINE)
    with transaction.atomic(durable=True):
        rows = _with_times(delivered.filter(next_try_at=None), first)
        Posting.objects.bulk_update(rows, ["next_try_at"])
        if not (manual.exists() or delivered.filter(next_try_at__lte=now).exists()):
            return None
        chosen = list(
            delivered.annotate(delivered_at=Max("attempt_rows__finished_at")).order_by("next_try_at", "pk")[
                :POSTINGS_MAX
            ]
        )
        for posting in chosen:
            age = now - (getattr(posting, "delivered_at", None) or posting.created_at)
            posting.next_try_at = now + min(max(age, first, timedelta(seconds=1)), DELAY_MAX)
        Posting.objects.bulk_update(chosen, ["next_try_at"])
    if not chosen:
        return None
    question = Question(organization=connector.organization, connector=connector, postings=chosen)
    return _Due(question=question, switch_version=decision.version)


def waiting(*, organization: Organization) -> int:
    """How many the accounting system will post by itself, whether our switch is on or off."""
    row = configure.find(organization=organization)
    if row is None or not registry.KINDS[row.kind].posts_by_itself:
        return 0
    return Posting.objects.filter(organization=organization, state=State.DELIVERED).count()


def _may_ask(connector: Connector, now: datetime) -> bool:
    if not registry.KINDS[connector.kind].posts_by_itself:
        return False
    return not Outage.objects.filter(organization=connector.organization_id, not_before__gt=now).exists()


def _with_times(rows: QuerySet[Posting], first: timedelta) -> list[Posting]:
    found: list[Posting] = list(rows.annotate(delivered_at=Max("attempt_rows__finished_at")))
    for posting in found:
        posting.next_try_at = (getattr(posting, "delivered_at", None) or posting.created_at) + first
    return found


async def _ask(question: Question, permission: Permission | ReadOnly) -> dict[str, Found]:
    """Under the gate, as sending is: whoever switches off waits for the question that is on its way, and none follows."""
    connector = registry.open_connector(row=question.connector, permit=permission.ask)
    vouchers = [Voucher.from_json(posting.voucher or {}) for posting in question.postings]
    found: dict[str, Found] = {}
    try:
        for start in range(0, len(vouchers), connector.batch_size):
            async with permission.open() as is_open:
                if not is_open:
                    raise ConnectorError(_("The switch was turned off."))
                found |= await connector.find(vouchers[start : start + connector.batch_size])
    finally:
        await connector.close()
    return found


def _trip_breaker(*, question: Question, reason: str, now: datetime) -> None:
    rotating.after_refusal(
        organization=question.organization, used=question.connector, reason=reason, now=now
    )
