"""Switching off against requests in flight."""

import asyncio
import threading

import psycopg
import pytest
from django.db import connections
from django.utils import timezone

from sluse.connectors.base import NotPermittedError
from sluse.gate import lock, read, toggle
from sluse.gate.decide import Decision
from sluse.gate.lock import Locks
from sluse.gate.read import State
from sluse.organizations.models import Organization
from sluse.sync import wake
from sluse.sync.database import step
from sluse.sync.permission import Permission
from tests import scene


def test_off_waits_for_what_is_in_flight_and_lets_nothing_new_begin(hlf: Organization) -> None:
    scene.turn_on(hlf, 0)
    asyncio.run(_off_while_in_flight(hlf))
    assert read.switch_of(organization=hlf).state is State.DISABLED


async def _off_while_in_flight(hlf: Organization) -> None:
    locks, others = Locks(conninfo=wake.conninfo()), Locks(conninfo=wake.conninfo())
    try:
        async with locks.gate(organization_id=hlf.pk) as held:
            assert held is not None
            off = asyncio.create_task(step(scene.turn_off, hlf, 30.0))
            while await step(_state, hlf) is State.ENABLED:  # noqa: ASYNC110 - the database tells it
                await asyncio.sleep(0.01)
            assert await step(_state, hlf) is State.DISABLING
            assert not (await step(_decision, hlf)).allowed
            while await _is_free(others, hlf):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.01)
            assert not off.done(), "off must wait while a request is in flight"
        assert (await off).switch.state is State.DISABLED
    finally:
        await locks.close()
        await others.close()


def test_the_switch_is_read_again_just_before_each_request(hlf: Organization) -> None:
    """A batch is several requests, and the wish to stop may come between any two."""
    scene.turn_on(hlf, 0)
    asyncio.run(_asks_in_the_middle(hlf))


async def _asks_in_the_middle(hlf: Organization) -> None:
    locks = Locks(conninfo=wake.conninfo())
    try:
        async with locks.run(organization_id=hlf.pk) as right:
            assert right is not None
            version = (await step(_decision, hlf)).version
            permission = Permission(organization_id=hlf.pk, switch_version=version, locks=locks, right=right)
            async with permission.open() as is_open:
                assert is_open
                await permission.ask()
                await step(scene.turn_off, hlf, 0.05)
                with pytest.raises(NotPermittedError):
                    await permission.ask()
    finally:
        await locks.close()


def test_off_says_disabling_when_it_may_wait_no_longer(hlf: Organization) -> None:
    scene.turn_on(hlf, 0)
    asyncio.run(_off_in_vain(hlf))
    finished = toggle.finish_stop(organization=hlf, connector_kind="x", wait_seconds=1)
    assert (finished.switch.state, finished.switch.by) == (State.DISABLED, "Kari Nordmann")


async def _off_in_vain(hlf: Organization) -> None:
    locks = Locks(conninfo=wake.conninfo())
    try:
        async with locks.gate(organization_id=hlf.pk):
            change = await step(scene.turn_off, hlf, 0.05)
        assert change.switch.state is State.DISABLING
    finally:
        await locks.close()


def test_a_lost_connection_has_lost_its_locks(hlf: Organization) -> None:
    asyncio.run(_lose(hlf))


async def _lose(hlf: Organization) -> None:
    locks = Locks(conninfo=wake.conninfo())
    try:
        async with locks.gate(organization_id=hlf.pk) as held:
            assert held is not None
            assert await locks.still_hold(held)
            async with await psycopg.AsyncConnection.connect(wake.conninfo(), autocommit=True) as killer:
                await killer.execute("SELECT pg_terminate_backend(%s)", [held.session])
            assert not await locks.still_hold(held)
        async with locks.gate(organization_id=hlf.pk) as again:
            assert again is not None
    finally:
        await locks.close()


def test_a_server_that_answers_too_late_holds_no_lock_for_us_any_more(
    hlf: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(_answer_late(hlf, monkeypatch))


async def _answer_late(hlf: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    locks = Locks(conninfo=wake.conninfo())
    try:
        async with locks.gate(organization_id=hlf.pk) as held:
            assert held is not None
            with monkeypatch.context() as late:
                late.setattr(lock, "ANSWER_SECONDS_MAX", 0.0)
                assert not await locks.still_hold(held)
            async with await psycopg.AsyncConnection.connect(wake.conninfo(), autocommit=True) as other:
                await other.execute("SET statement_timeout = '20s'")
                await other.execute("SELECT pg_advisory_lock(%s, %s)", [lock.GATE_CLASS, hlf.pk])
    finally:
        await locks.close()


def test_one_worker_at_a_time_works_on_a_queue(hlf: Organization) -> None:
    asyncio.run(_two_workers(hlf))


async def _two_workers(hlf: Organization) -> None:
    one, two = Locks(conninfo=wake.conninfo()), Locks(conninfo=wake.conninfo())
    try:
        async with one.run(organization_id=hlf.pk) as first:
            assert first is not None
            async with one.run(organization_id=hlf.pk) as again, two.run(organization_id=hlf.pk) as second:
                assert again is None
                assert second is None
        async with two.run(organization_id=hlf.pk) as free:
            assert free is not None
    finally:
        await one.close()
        await two.close()


def test_two_people_switching_off_at_once_leave_one_row(hlf: Organization) -> None:
    scene.turn_on(hlf, 0)

    def off() -> None:
        try:
            scene.turn_off(hlf)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=off) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read.switch_of(organization=hlf).version == 2
    assert len(scene.log(hlf, "switch")) == 2


def _state(hlf: Organization) -> State:
    return read.switch_of(organization=hlf).state


def _decision(hlf: Organization) -> Decision:
    return read.decision(organization_id=hlf.pk, now=timezone.now())


async def _is_free(locks: Locks, hlf: Organization) -> bool:
    async with locks.gate(organization_id=hlf.pk) as held:
        return held is not None
