"""Receipts follow their voucher: sent once it is there, while the switch is on, and never at the voucher's cost.

An accounting system without one clear answer for a call ends the step: the others wait for the next sweep.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sluse.connectors import base, exchanges, registry
from sluse.connectors.base import AttachmentOutcome, NotSent, Uncertain
from sluse.connectors.models import Connector
from sluse.connectors.secrets import SecretError
from sluse.gate import read
from sluse.gate.lock import Held, Locks
from sluse.organizations.models import Organization
from sluse.sync import attachment_outcomes, attachment_queue, attachment_recording, outage, rotating
from sluse.sync.attachment_outcomes import Result
from sluse.sync.attachment_queue import Intent
from sluse.sync.database import step
from sluse.sync.models import Attachment, Outage
from sluse.sync.permission import Permission
from sluse.sync.sending import End, Progress

SECONDS_PER_SLICE = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    organization: Organization
    connector: Connector
    switch_version: int
    quarantine_seconds: int


async def attach_due(*, organization_id: int, locks: Locks, right: Held) -> bool:
    """Whether there are more. The caller holds the organization's run lock, `right`."""
    task = await step(take, organization_id=organization_id, now=timezone.now())
    if task is None:
        return False
    permission = Permission(
        organization_id=organization_id, switch_version=task.switch_version, locks=locks, right=right
    )
    with translation.override(task.organization.language):
        try:
            progress = await _attach(task, permission)
        except (SecretError, base.UnauthorizedError, base.WrongCompanyError) as error:
            progress = Progress(end=End.UNAUTHORIZED, reason=str(error))
        if progress.end is End.UNAUTHORIZED:
            await step(_note_refusal, task=task, reason=progress.reason, now=timezone.now())
    return progress.end is End.NOT_YET


def take(*, organization_id: int, now: datetime) -> Task | None:
    """None when nothing is due, or nothing may be sent now."""
    due = Attachment.objects.filter(attachment_queue.due(now=now), organization=organization_id)
    if not due.exists():
        return None
    row = Connector.objects.filter(organization=organization_id).select_related("organization").first()
    decision = read.decision(organization_id=organization_id, now=now)
    resting = Outage.objects.filter(organization=organization_id, not_before__gt=now)
    if row is None or not decision.allowed or resting.exists():
        return None
    quarantine_seconds = registry.quarantine_seconds(kind=row.kind)
    attachment_recording.rest_abandoned(
        organization=row.organization,
        connector_kind=row.kind,
        quarantine_seconds=quarantine_seconds,
        now=now,
    )
    attachment_recording.refuse_booked_by_hand(
        organization=row.organization, connector_kind=row.kind, now=now
    )
    return Task(
        organization=row.organization,
        connector=row,
        switch_version=decision.version,
        quarantine_seconds=quarantine_seconds,
    )


async def _attach(task: Task, permission: Permission) -> Progress:
    connector = registry.open_connector(row=task.connector, permit=permission.ask)
    began = time.monotonic()
    try:
        while time.monotonic() - began < SECONDS_PER_SLICE:
            progress = await _call(task, connector, permission)
            if progress.end is not End.NOT_YET:
                return progress
        return Progress(end=End.NOT_YET)
    finally:
        await connector.close()


async def _call(task: Task, connector: base.Connector, permission: Permission) -> Progress:
    """One call, under the gate from the last check to the recorded outcomes: whoever switches off waits for exactly this."""
    async with permission.open() as is_open:
        if not is_open:
            return Progress(end=End.CLOSED)
        intents = await step(
            attachment_queue.commit_intents, organization=task.organization, now=timezone.now()
        )
        if not intents:
            return Progress(end=End.EMPTY)
        return await permission.watched(_send(task, connector, permission, intents))


async def _send(
    task: Task, connector: base.Connector, permission: Permission, intents: Sequence[Intent]
) -> Progress:
    end, reason = End.NOT_YET, ""
    with exchanges.recorded(fields=registry.logged(kind=task.connector.kind)):
        try:
            answers = await connector.attach([intent.file for intent in intents])
        except (base.UnauthorizedError, base.WrongCompanyError) as error:
            end, reason = End.UNAUTHORIZED, str(error)
            answers = [NotSent(reason=reason) for _intent in intents]
        except base.ConnectorError as error:
            answers = [Uncertain(reason=str(error)) for _intent in intents]
        results = _results(task, intents, answers)
        await step(
            attachment_recording.record_results,
            organization=task.organization,
            connector_kind=task.connector.kind,
            results=results,
            said=exchanges.current(),
            now=timezone.now(),
        )
    if end is End.NOT_YET and permission.was_refused:
        end = End.CLOSED
    elif end is End.NOT_YET and not any(result.is_definite for _intent, result in results):
        end = End.OUTAGE
    return Progress(end=end, reason=reason)


def _results(
    task: Task, intents: Sequence[Intent], answers: Sequence[AttachmentOutcome]
) -> list[tuple[Intent, Result]]:
    """A missing answer is an unclear one."""
    missing = [Uncertain(reason=_("No answer came for this receipt."))] * (len(intents) - len(answers))
    now = timezone.now()
    return [
        (
            intent,
            attachment_outcomes.of_outcome(
                outcome=outcome,
                number=intent.number,
                now=now,
                quarantine_seconds=task.quarantine_seconds,
                delay_seconds=outage.delay(
                    failures=intent.number, retry_after_seconds=getattr(outcome, "retry_after_seconds", None)
                ),
            ),
        )
        for intent, outcome in zip(intents, [*answers, *missing], strict=False)
    ]


def _note_refusal(*, task: Task, reason: str, now: datetime) -> None:
    rotating.after_refusal(organization=task.organization, used=task.connector, reason=reason, now=now)
