"""What runs do when the ground moves under them: the switch, the locks, the settings, somebody else's mistakes."""

import asyncio
from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from sluse.gate.lock import Locks
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization, User
from sluse.sandbox.remote import Remote
from sluse.sync import orchestrator, postings, schedule, sweep, wake, work
from sluse.sync.models import Posting, Run, State
from sluse.sync.permission import Permission
from tests import scene


def test_a_run_ends_where_the_switch_was_turned(
    hlf: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    scene.enable(hlf, kari)
    scene.approve_many(hlf, ["R-1"])
    run = scene.start_manual(hlf, kari)
    scene.disable(hlf, kari)
    scene.enable(hlf, kari)
    scene.work(hlf)
    run.refresh_from_db()
    assert (run.outcome, run.reason) == ("stopped", "connector_disabled")
    assert scene.states(hlf) == {"pending": 1}
    assert erp.vouchers(tenant=tenant) == []


def test_a_slice_that_slept_while_the_switch_was_turned_sends_nothing(
    hlf: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    scene.enable(hlf, kari)
    scene.approve_many(hlf, ["R-1"])
    slept = work.prepare(organization_id=hlf.pk, now=timezone.now())
    assert slept is not None
    scene.disable(hlf, kari)
    scene.enable(hlf, kari)
    assert asyncio.run(_opens(slept)) is False


async def _opens(slept: work.Work) -> bool:
    locks = Locks(conninfo=wake.conninfo())
    try:
        async with locks.run(organization_id=slept.organization.pk) as right:
            assert right is not None
            permission = Permission(
                organization_id=slept.organization.pk,
                switch_version=slept.decision.version,
                locks=locks,
                right=right,
            )
            async with permission.open() as is_open:
                return is_open
    finally:
        await locks.close()


def test_a_lost_lock_breaks_off_what_is_on_its_way(
    hlf: Organization, kari: User, tenant: str, erp: Remote, settings: Settings
) -> None:
    settings.ERP_DEADLINE_SECONDS = 60.0
    scene.enable(hlf, kari)
    erp.fault(kind="hang", tenant=tenant, body="pricesIncludeTax")
    scene.approve_many(hlf, ["R-1"])
    asyncio.run(_work_until_the_locks_are_lost(hlf, erp, tenant))
    assert scene.states(hlf) == {"sending": 1}, "nobody knows, so nobody says"
    scene.work(hlf)
    assert scene.states(hlf) == {"unknown": 1}


async def _work_until_the_locks_are_lost(hlf: Organization, erp: Remote, tenant: str) -> None:
    """Lost while a request is on the wire: before that, nothing would be in doubt."""
    locks = Locks(conninfo=wake.conninfo())
    try:
        slice_under_way = asyncio.create_task(orchestrator.run_slice(organization_id=hlf.pk, locks=locks))
        while not await asyncio.to_thread(erp.requests, tenant=tenant, changes_only=True):  # noqa: ASYNC110 - the sandbox tells it
            await asyncio.sleep(0.01)
        async with await psycopg.AsyncConnection.connect(wake.conninfo(), autocommit=True) as killer:
            await killer.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluse-locks'"
            )
        assert await slice_under_way is orchestrator.Next.DONE
    finally:
        await locks.close()


def test_another_company_is_refused_while_an_outcome_is_unknown(
    hlf: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    scene.enable(hlf, kari)
    erp.fault(kind="drop_after", tenant=tenant, body="Microsoft.NAV.post")
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    scene.disable(hlf, kari)
    with pytest.raises(ConflictError) as refusal:
        scene.configure(hlf, kari)
    assert refusal.value.code == "unresolved_postings"
    scene.configure(hlf, kari, tenant)


def test_one_organization_with_damaged_settings_stops_nobody_elses_night(
    hlf: Organization, kari: User, tenant: str
) -> None:
    broken = scene.organization("odelagt", "Foreningen Ødelagt")
    for of in (broken, hlf):
        schedule.get(organization=of, now=timezone.now())
    scene.enable(hlf, kari)
    Organization.objects.filter(pk=broken.pk).update(time_zone="Europe/Gone")
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert sweep.sweep(now=timezone.now()) == [hlf.pk]
    assert Run.objects.get().organization_id == hlf.pk


def test_a_conflict_that_a_person_has_settled_is_looked_up_anew(
    hlf: Organization, kari: User, tenant: str, erp: Remote, settings: Settings
) -> None:
    settings.QUARANTINE_SECONDS = 1
    scene.enable(hlf, kari)
    erp.fault(kind="drop_after", tenant=tenant, body="Microsoft.NAV.post")
    [posting] = scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    Posting.objects.update(state=State.CONFLICT, next_try_at=None)
    actor, now = scene.actor(kari), timezone.now()
    assert postings.retry(organization=hlf, ids=[posting.pk], actor=actor, now=now) == 1
    scene.work(hlf)
    assert scene.states(hlf) == {"posted": 1}
    assert len(erp.vouchers(tenant=tenant)) == 1
