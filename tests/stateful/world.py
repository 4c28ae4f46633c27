"""What the stateful test acts on: one organization, a real database and sandbox, and the ways its worker can fail."""

import asyncio
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest import mock

import psycopg
import time_machine
from django.db import connections, transaction
from django.utils import timezone

from sluse.gate import restored
from sluse.gate.lock import Locks
from sluse.gate.models import Hold
from sluse.organizations.models import Organization, User
from sluse.sandbox.remote import Remote
from sluse.sync import holding, orchestrator, reconcile, recording, restore, sending, wake
from sluse.sync.models import Attempt, Outage, Posting, Reconciliation, State
from sluse.sync.permission import Permission
from tests import scene

BATCH = "$batch"
A_WHILE = timedelta(minutes=16)
"""More than the quarantine of Business Central."""


class DiedError(BaseException):
    """A worker's process is gone: nothing of ours catches this."""


@dataclass(slots=True, kw_only=True)
class World:
    """`off` are the times in which nothing may begin to be sent, on the clock the sandbox uses too."""

    of: Organization
    kari: User
    tenant: str
    erp: Remote
    off: list[tuple[float, float]] = field(default_factory=list)
    off_since: float | None = 0.0
    toggles: int = 0
    faults: int = 0
    told: int = 0
    by_hand: set[str] = field(default_factory=set)

    def turn_on(self) -> None:
        """Whatever keeps it off is dealt with first, as a careful administrator does."""
        self.release()
        now = timezone.now()
        if self.off_since is not None:
            self.off.append((self.off_since, time.time()))
            self.off_since = None
            scene.enable(self.of, self.kari)
            self.toggles += 1
        for hold in Hold.objects.filter(organization=self.of, ended_at=None, kind=Hold.Kind.BREAKER):
            who = scene.actor(self.kari)
            holding.end_hold(organization=self.of, hold_id=hold.pk, reason="Seen", actor=who, now=now)

    def turn_off(self) -> None:
        if self.off_since is None:
            scene.disable(self.of, self.kari)
            self.off_since = time.time()
            self.toggles += 1

    def approve(self, *, kroner: int = 310) -> Posting:
        self.told += 1
        scene.submit_and_approve(
            self.of, scene.reimbursement(f"R-{self.told}", amount=f"{kroner}.{self.told % 100:02}")
        )
        return Posting.objects.get(organization=self.of, external_id=f"R-{self.told}")

    def fault(self, kind: str, **more: Any) -> None:
        self.erp.fault(kind=kind, tenant=self.tenant, path=BATCH, **more)
        self.faults += 1

    def let_time_pass(self) -> None:
        """Everything late has arrived, and all rests are over: what the quarantine waits for."""
        self.erp.wait_until_quiet()
        now = timezone.now()
        ours = Posting.objects.filter(organization=self.of)
        ours.filter(state__in=[State.UNKNOWN, State.PENDING]).exclude(next_try_at=None).update(
            next_try_at=now
        )
        Outage.objects.filter(organization=self.of).delete()

    # --- ways to fail ---------------------------------------------------------------------------------

    def die(self, *, is_sent: bool) -> None:
        """Between the committed intent and the recorded answer: with nothing sent, or with everything done."""
        place: tuple[Any, str] = (recording, "record_results") if is_sent else (sending, "send")
        self.faults += 1
        with mock.patch.object(*place, side_effect=DiedError):
            try:
                scene.work(self.of)
            except DiedError:
                return

    def wake_a_zombie(self) -> bool:
        """A worker is stopped just before it sends; its locks go to another, which does all the work; then it goes on."""
        self.faults += 1
        return asyncio.run(_zombie(self))

    def restore(self, posting: Posting) -> None:
        """From a backup made before this posting was sent."""
        Attempt.objects.filter(posting=posting).delete()
        Posting.objects.filter(pk=posting.pk).update(
            state="pending",
            voucher=None,
            voucher_hash="",
            erp_id="",
            voucher_number="",
            posted_at=None,
            run=None,
        )
        Posting.objects.filter(pk=posting.pk).update(attempts=0, number=None)
        before = self.off_since
        restore_everything(self.of)
        if before is None:
            self.off_since = time.time()
            self.toggles += 1
        self.faults += 1

    def release(self) -> None:
        """After the quarantine, and after the comparison that a release rests on."""
        hold = restored.open_hold(organization=self.of)
        if hold is None:
            return
        self.let_time_pass()
        who = scene.actor(self.kari)
        with time_machine.travel(timezone.now() + A_WHILE, tick=True):
            row = reconcile.now_for(organization=self.of, actor=who, now=timezone.now())
            assert row.outcome != Reconciliation.Outcome.FAILED, row
            restore.release(organization=self.of, reason="Compared", actor=who, now=timezone.now())


def restore_everything(of: Organization) -> None:
    """What `incarnation.declare` does for all, for this one: earlier examples' organizations are none of ours."""
    with transaction.atomic(durable=True):
        restore._close(of, "business_central", timezone.now())


def make(erp: Remote) -> World:
    slug = f"liv-{uuid.uuid4().hex[:12]}"
    of = scene.organization(slug, "Livet")
    kari = scene.administrator(of, f"kari@{slug}.example")
    return World(of=of, kari=kari, tenant=scene.make_ready(of, kari), erp=erp)


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
