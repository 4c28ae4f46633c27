"""What the stories begin with: organizations, their people, and the accounting system's sandbox over real HTTP."""

import asyncio
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from django.db import connections
from django.utils import timezone

from sluse.audit.actor import SYSTEM
from sluse.gate.lock import Locks
from sluse.organizations import directory
from sluse.organizations.models import Organization, Role, User
from sluse.sandbox.remote import Remote
from sluse.sync import comparing, orchestrator, wake
from tests import people, scene
from tests.browser.visit import Site

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Kari administers HLF, whose tenant in the sandbox is `tenant`. Grete administers the platform."""

    hlf: Organization
    kari: User
    grete: User
    tenant: str
    erp: Remote
    site: Site

    def work_slice(self) -> None:
        """What a worker does at one wake-up, for HLF. In a thread of its own: a browser's loop runs in ours."""
        _elsewhere(lambda: asyncio.run(_slice(self.hlf)))

    def work(self) -> None:
        """Until there is nothing left to do now."""
        _elsewhere(lambda: scene.work(self.hlf))

    def compare(self) -> None:
        """What a worker does when a person has asked for a comparison."""
        _elsewhere(lambda: asyncio.run(comparing.compare(organization_id=self.hlf.pk)))

    def vouchers(self) -> int:
        return len(self.erp.vouchers(tenant=self.tenant))


def make(*, erp: Remote, site: Site) -> Stage:
    hlf = scene.organization()
    kari = _person("kari@hlf.example", "Kari Nordmann", is_global_administrator=False)
    directory.add_member(
        organization=hlf, user=kari, role=Role.ADMINISTRATOR, actor=SYSTEM, now=timezone.now()
    )
    grete = _person("grete@sluse.example", "Grete Global", is_global_administrator=True)
    return Stage(hlf=hlf, kari=kari, grete=grete, tenant=str(uuid.uuid4()), erp=erp, site=site)


def with_two_waiting(stage: Stage) -> None:
    scene.approve_many(stage.hlf, ["R-1", "R-2"])


def that_is_on(stage: Stage) -> None:
    """Two wait since before it was turned on."""
    with_two_waiting(stage)
    _elsewhere(lambda: scene.make_ready(stage.hlf, stage.kari, stage.tenant))
    scene.enable(stage.hlf, stage.kari)


def with_eight_waiting(stage: Stage) -> None:
    that_is_on(stage)
    scene.approve_many(stage.hlf, [f"R-{number}" for number in range(3, 9)])


def with_two_causes(stage: Stage) -> None:
    """Two meet an account that was blocked meanwhile, one a vendor that is not there."""
    that_is_on(stage)
    stage.erp.company(tenant=stage.tenant, blocked_accounts=["7140"])
    scene.submit_and_approve(stage.hlf, scene.reimbursement("R-3", claimant="V99999"))
    scene.start_manual(stage.hlf, stage.kari)
    stage.work()


def that_has_posted(stage: Stage) -> None:
    that_is_on(stage)
    scene.start_manual(stage.hlf, stage.kari)
    stage.work()
    scene.disable(stage.hlf, stage.kari)
    scene.enable(stage.hlf, stage.kari, reason="=1+1")


def with_three_organizations(stage: Stage) -> None:
    """HLF and Turlaget are ready, and Turlaget is on; Korps has nothing."""
    now = timezone.now()
    people.make_ready(stage.hlf, stage.grete, now)
    turlaget = people.organization("turlaget", "Turlaget Fjell og Fjord", now)
    people.make_ready(turlaget, stage.grete, now)
    people.turn_on(turlaget, stage.grete, now)
    people.organization("korps", "Nordre Skolekorps", now)


def _person(email: str, name: str, *, is_global_administrator: bool) -> User:
    """Without a password: nobody signs in by it here, and making one takes long on purpose."""
    return directory.create_user(
        email=email, name=name, is_global_administrator=is_global_administrator, now=timezone.now()
    )


async def _slice(of: Organization) -> None:
    locks = Locks(conninfo=wake.conninfo())
    try:
        await orchestrator.run_slice(organization_id=of.pk, locks=locks)
    finally:
        await locks.close()


def _elsewhere(work: Callable[[], Answer]) -> Answer:
    def finished() -> Answer:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(finished).result()
