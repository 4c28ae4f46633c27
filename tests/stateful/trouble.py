"""The ways in which a worker, or its database, fails in the stateful test."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import psycopg
from django.db import connections, transaction
from django.utils import timezone

from sluse.gate.lock import Locks
from sluse.sync import orchestrator, recording, restore, sending, wake
from sluse.sync.models import BY_HAND, Attempt, Posting, State
from sluse.sync.permission import Permission
from tests import scene
from tests.stateful.world import World


class DiedError(BaseException):
    """A worker's process is gone: nothing of ours catches this."""


def die(world: World, *, is_sent: bool) -> None:
    """Between the committed intent and the recorded answer: with nothing sent, or with everything done."""
    place: tuple[Any, str] = (recording, "record_results") if is_sent else (sending, "send")
    world.faults += 1
    with mock.patch.object(*place, side_effect=DiedError):
        try:
            scene.work(world.of)
        except DiedError:
            return


def wake_a_zombie(world: World) -> bool:
    """A worker is stopped just before it sends; its locks go to another, which does all the work; then it goes on."""
    world.faults += 1
    return asyncio.run(_zombie(world))


def put_back(world: World) -> bool:
    """A backup from before the newest posting was sent that nothing has followed since."""
    ours = Posting.objects.filter(organization=world.of, state=State.POSTED).exclude(reason_code=BY_HAND)
    followed = Posting.objects.exclude(state=State.WITHDRAWN).exclude(follows=None).values("follows")
    candidates = ours.exclude(reference__in=world.by_hand).exclude(pk__in=followed)
    posting = candidates.order_by("-posted_at").first()
    if posting is None:
        return False
    _forget(posting)
    # What `incarnation.declare` does for all, for this one: earlier examples' organizations are none of ours.
    with transaction.atomic(durable=True):
        restore._close(world.of, "business_central", timezone.now())
    world.is_off()
    world.faults += 1
    return True


def _forget(posting: Posting) -> None:
    Attempt.objects.filter(posting=posting).delete()
    rows = Posting.objects.filter(pk=posting.pk)
    nothing = {"voucher_hash": "", "erp_id": "", "voucher_number": "", "posted_at": None, "run": None}
    rows.update(state="pending", voucher=None, **nothing)
    rows.update(attempts=0, number=None)


async def _zombie(world: World) -> bool:
    slow, fresh = Locks(conninfo=wake.conninfo()), Locks(conninfo=wake.conninfo())
    stopped, goes_on = asyncio.Event(), asyncio.Event()
    with _stopped_before_sending(slow, stopped, goes_on):
        sleeper = asyncio.create_task(orchestrator.run_slice(organization_id=world.of.pk, locks=slow))
        waiting = asyncio.create_task(stopped.wait())
        await asyncio.wait([sleeper, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if stopped.is_set():
            await _take_away(slow)
            for _round in range(3):
                await orchestrator.run_slice(organization_id=world.of.pk, locks=fresh)
                await asyncio.to_thread(_in_thread, world)
        goes_on.set()
        await sleeper
    await slow.close()
    await fresh.close()
    return stopped.is_set()


def _in_thread(world: World) -> None:
    try:
        world.let_time_pass()
    finally:
        connections.close_all()


@contextmanager
def _stopped_before_sending(slow: Locks, stopped: asyncio.Event, goes_on: asyncio.Event) -> Iterator[None]:
    ask = Permission.ask

    async def late(self: Permission) -> None:
        if self._locks is slow:
            stopped.set()
            await goes_on.wait()
        await ask(self)

    with mock.patch.object(Permission, "ask", late):
        yield


async def _take_away(locks: Locks) -> None:
    """As a network does that lost the connection of a machine which has stopped."""
    assert locks._connection is not None
    async with await psycopg.AsyncConnection.connect(wake.conninfo(), autocommit=True) as other:
        await other.execute("SELECT pg_terminate_backend(%s)", [locks._connection.info.backend_pid])
