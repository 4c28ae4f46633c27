"""One slice of one organization's run: a flat list of steps, and every branch.

claim a batch → build vouchers → take the gate, read the switch → commit intents → look up those with a doubtful past →
post → classify → record → attach receipts → release. No database transaction is open across a call to the accounting system.
"""

import time
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from django.utils import timezone, translation

from sluse import reach
from sluse.connectors import meter, registry
from sluse.connectors.base import Connector, ConnectorError
from sluse.connectors.secrets import SecretError
from sluse.gate import read
from sluse.gate.lock import Held, Locks
from sluse.sync import attaching, building, follow, incarnation, outage, passes, queue, rotating, sending
from sluse.sync import work as works
from sluse.sync.building import Built
from sluse.sync.database import step
from sluse.sync.permission import Permission
from sluse.sync.sending import End, Progress
from sluse.sync.work import Work

ROWS_PER_SLICE = 500
SECONDS_PER_SLICE = 20.0
"""A slice is short, so that a thousand waiting organizations take turns and a worker stops quickly."""


class Next(StrEnum):
    """What the caller does after a slice."""

    DONE = "done"
    MORE = "more"
    BUSY = "busy"  # another worker has the organization


async def run_slice(*, organization_id: int, locks: Locks) -> Next:
    with reach.organization(organization_id=organization_id):
        return await _run_slice(organization_id, locks)


async def _run_slice(organization_id: int, locks: Locks) -> Next:
    async with locks.run(organization_id=organization_id) as right:
        if right is None:
            return Next.BUSY
        try:
            return await _slice(organization_id, locks, right)
        finally:
            await step(meter.write)


async def _slice(organization_id: int, locks: Locks, right: Held) -> Next:
    await follow.follow_up(organization_id=organization_id, locks=locks, right=right)
    after = await _run(organization_id, locks, right)
    # Last, so that receipts are there within seconds of their voucher, before anything posts it.
    more = await attaching.attach_due(organization_id=organization_id, locks=locks, right=right)
    return Next.MORE if more else after


async def _run(organization_id: int, locks: Locks, right: Held) -> Next:
    work = await step(works.prepare, organization_id=organization_id, now=timezone.now())
    if work is None:
        return Next.DONE
    try:
        with translation.override(work.organization.language):
            return await _work(work, locks, right)
    except (SecretError, ConnectorError) as error:
        return await _finish(work, Progress(end=End.UNAUTHORIZED, reason=str(error)))
    except Exception:
        # A fault of our own must not be tried again at once for ever: the organization rests, the log gets the trace.
        await _finish(work, Progress(end=End.OUTAGE, reason="internal_error"))
        raise


async def _work(work: Work, locks: Locks, right: Held) -> Next:
    permission = Permission(
        organization_id=work.organization.pk,
        switch_version=work.decision.version,
        locks=locks,
        right=right,
    )
    connector = registry.open_connector(row=work.connector, permit=permission.ask)
    began, rows = time.monotonic(), 0
    try:
        while rows < ROWS_PER_SLICE and time.monotonic() - began < SECONDS_PER_SLICE:
            progress = await _batch(work, connector, permission)
            rows += progress.rows
            if progress.end is not End.NOT_YET:
                return await _finish(work, progress)
        return Next.MORE
    finally:
        await connector.close()


async def _batch(work: Work, connector: Connector, permission: Permission) -> Progress:
    now = timezone.now()
    organization, run = work.organization, work.run
    claimed = await step(
        queue.claim, organization_id=organization.pk, run=run, limit=connector.batch_size, now=now
    )
    if not claimed:
        return Progress(end=End.EMPTY)
    built = await step(building.build_vouchers, organization=organization, claimed=claimed)
    async with permission.open() as is_open:
        if not is_open:
            return Progress(end=End.CLOSED)
        await step(building.refuse, organization=organization, refused=built.refused, run=run, now=now)
        progress = await _send_built(work, connector, permission, built)
    end = End.CLOSED if permission.was_refused else progress.end
    return replace(progress, end=end, rows=len(claimed))


async def _send_built(work: Work, connector: Connector, permission: Permission, built: Built) -> Progress:
    if not built.vouchers:
        return Progress(end=End.NOT_YET)
    intents = await step(
        queue.commit_intents,
        claimed=built.postings,
        vouchers=built.vouchers,
        mapping_version=built.mapping_version,
        run=work.run,
        now=timezone.now(),
    )
    await step(incarnation.note, organization=work.organization, intents=intents)
    progress = await permission.watched(sending.send(work=work, connector=connector, intents=intents))
    if progress.answered:
        await step(outage.end, organization=work.organization)
    if progress.accepted and work.connector.previous_credentials:
        await step(rotating.after_success, used=work.connector, now=timezone.now())
    return progress


async def _finish(work: Work, progress: Progress) -> Next:
    await step(_finish_run, work=work, progress=progress, now=timezone.now())
    return Next.DONE


def _finish_run(*, work: Work, progress: Progress, now: datetime) -> None:
    if progress.end is End.UNAUTHORIZED:
        rotating.after_refusal(
            organization=work.organization, used=work.connector, reason=progress.reason, now=now
        )
    if progress.end is End.OUTAGE:
        outage.note(
            organization=work.organization,
            reason=progress.reason,
            retry_after_seconds=progress.retry_after_seconds,
            connector_kind=work.connector.kind,
            now=now,
        )
    passes.finish(
        organization=work.organization,
        run=work.run,
        stopped=progress.end in {End.CLOSED, End.UNAUTHORIZED},
        reason=progress.reason or (_closed_because(work, now) if progress.end is End.CLOSED else ""),
        connector_kind=work.connector.kind,
        now=now,
    )


def _closed_because(work: Work, now: datetime) -> str:
    decision = read.decision(organization_id=work.organization.pk, now=now)
    return decision.code.value if not decision.allowed else "lock_lost"
