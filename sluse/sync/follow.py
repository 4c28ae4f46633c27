"""What became of what was delivered: an accounting system that posts by itself is asked, until it says.

Read-only, and only while the switch is on. Each asking is spaced out before it begins, so that whatever goes wrong, nobody
is asked again at once; organizations pay for their requests.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import SYSTEM
from sluse.audit.models import Type
from sluse.connectors import configure, registry
from sluse.connectors.base import ConnectorError, Found, UnauthorizedError
from sluse.connectors.models import Connector
from sluse.connectors.secrets import SecretError
from sluse.gate import read
from sluse.gate.lock import Held, Locks
from sluse.organizations.models import Organization
from sluse.sync import outcomes, rotating
from sluse.sync.database import step
from sluse.sync.models import Outage, Posting, Run, State, Trigger
from sluse.sync.outcomes import Result
from sluse.sync.permission import Permission
from sluse.vouchers.voucher import Voucher

logger = logging.getLogger(__name__)

POSTINGS_MAX = 500
"""As many as a slice sends; the rest has its turn in the next one."""
FIRST_PART_OF_QUARANTINE = 3
"""First asked after a third of the quarantine, which is as long as the other side's own job may take."""
DELAY_MAX = timedelta(hours=2)
FIELDS = [
    "state",
    "erp_id",
    "voucher_number",
    "reason_code",
    "reason_detail",
    "erp_message",
    "next_try_at",
    "posted_at",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    organization: Organization
    connector: Connector
    switch_version: int
    postings: Sequence[Posting]


async def follow_up(*, organization_id: int, locks: Locks, right: Held) -> None:
    """The caller holds the organization's run lock, `right`."""
    question = await step(take, organization_id=organization_id, now=timezone.now())
    if question is None:
        return
    permission = Permission(
        organization_id=organization_id,
        switch_version=question.switch_version,
        locks=locks,
        right=right,
    )
    with translation.override(question.organization.language):
        try:
            found = await _ask(question, permission)
        except UnauthorizedError as error:
            await step(_trip_breaker, question=question, reason=str(error), now=timezone.now())
        except (ConnectorError, SecretError) as error:
            # Asked again when its time has come; a run says on the screen what is wrong.
            logger.info("Following up %s failed: %s", question.organization.slug, error)
        else:
            await step(write_down, question=question, found=found, now=timezone.now())


def due(*, now: datetime) -> Q:
    """Delivered postings that somebody should look after now. Those without a time are given one."""
    kinds = [kind.name for kind in registry.KINDS.values() if kind.posts_by_itself]
    by_itself = Q(organization__connector__kind__in=kinds)
    return by_itself & Q(state=State.DELIVERED) & (Q(next_try_at=None) | Q(next_try_at__lte=now))


def take(*, organization_id: int, now: datetime) -> Question | None:
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
    return Question(
        organization=connector.organization,
        connector=connector,
        switch_version=decision.version,
        postings=chosen,
    )


def write_down(*, question: Question, found: Mapping[str, Found], now: datetime) -> None:
    """What is still waiting there stays as it is, without a row in the log."""
    with transaction.atomic(durable=True):
        wanted = [posting.pk for posting in question.postings]
        locked = (
            Posting.objects.select_for_update().filter(pk__in=wanted, state=State.DELIVERED).order_by("pk")
        )
        changed = []
        for row in locked:
            there = found.get(row.reference)
            result = outcomes.of_found(found=there, total_ore=row.total_ore) if there else _gone()
            if result is not None and result.state is not State.DELIVERED:
                _apply(row, result, now)
                changed.append((row, result))
        Posting.objects.bulk_update([row for row, _result in changed], FIELDS)
        record.record_all([_entry(question, row, result, now) for row, result in changed])


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


async def _ask(question: Question, permission: Permission) -> dict[str, Found]:
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


def _gone() -> Result:
    """Not in the staging any more, and not in the ledger: somebody took it out there."""
    return Result(
        state=State.FAILED,
        label="gone",
        definite=True,
        code="removed_there",
        detail=_(
            "The voucher was delivered, and is now neither waiting in the accounting system nor in its ledger: somebody "
            "removed it there. Retry to send it again."
        ),
    )


def _apply(row: Posting, result: Result, now: datetime) -> None:
    row.state = result.state
    row.erp_id, row.voucher_number = result.erp_id, result.number
    row.reason_code, row.reason_detail, row.erp_message = result.code, result.detail, result.erp_message
    row.next_try_at = None
    row.posted_at = now if result.state is State.POSTED else None


def _trip_breaker(*, question: Question, reason: str, now: datetime) -> None:
    rotating.after_refusal(
        organization=question.organization, used=question.connector, reason=reason, now=now
    )


def _entry(question: Question, row: Posting, result: Result, now: datetime) -> record.NewEntry:
    return record.NewEntry(
        organization_id=question.organization.pk,
        organization_slug=question.organization.slug,
        type=Type.ATTEMPT,
        actor=SYSTEM,
        at=now,
        connector_kind=question.connector.kind,
        new_state=result.state,
        run_id=row.run_id,
        posting_id=row.pk,
        request_hash=row.voucher_hash,
        error=result.erp_message or result.detail,
        retry_count=row.attempts - 1,
        details={
            "outcome": "followed_up",
            "reference": row.reference,
            "voucher_number": row.voucher_number,
        },
    )
