"""What ties the engine down when workers stop: their rows are free again, and what they left is tidied one by one."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from sluse.audit import verifying
from sluse.audit.models import Verified
from sluse.organizations.models import Organization
from sluse.sync import database, wake
from sluse.sync.database import step
from sluse.sync.models import Posting
from tests import scene

PATIENCE = "20s"
"""Far more than a stopped worker may hold on, and far less than the server allows everybody else."""


def test_a_worker_that_is_stopped_in_a_transaction_frees_its_rows(
    hlf: Organization, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "IDLE_SECONDS_MAX", 1)
    monkeypatch.setattr(database, "_threads", ThreadPoolExecutor(max_workers=1))
    scene.approve_many(hlf, ["R-1"])
    asyncio.run(_others_go_on(hlf))


async def _others_go_on(hlf: Organization) -> None:
    has_locked, goes_on = threading.Event(), threading.Event()

    def stopped_in_the_middle() -> None:
        with transaction.atomic():
            Posting.objects.select_for_update().get(organization=hlf)
            has_locked.set()
            goes_on.wait()
            Posting.objects.filter(organization=hlf).update(held=False)

    stopped = asyncio.create_task(step(stopped_in_the_middle))
    await asyncio.to_thread(has_locked.wait)
    try:
        await asyncio.to_thread(_take, hlf)
    finally:
        goes_on.set()
    with pytest.raises(DatabaseError):
        await stopped
    assert await step(Posting.objects.filter(organization=hlf, held=True).count) == 1
    await step(connections.close_all)


def _take(hlf: Organization) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
            Posting.objects.select_for_update().get(organization=hlf)
    finally:
        connections.close_all()


def test_one_stalled_job_that_cannot_be_tried_again_does_not_keep_the_others_from_it(
    committed_database: None,
) -> None:
    """Of each job in the queue's order: somebody has woken the first organization since, and nobody the second."""
    for organization_id in (1, 2):
        wake.wake(organization_id=organization_id)
    _leave_to_a_worker_that_is_gone()
    wake.wake(organization_id=1)
    assert _jobs() == [(1, "doing"), (1, "todo"), (2, "doing")]
    asyncio.run(_tidy())
    assert _jobs() == [(1, "todo"), (2, "todo")]


def test_a_log_is_verified_one_slice_after_another_until_its_end(
    committed_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "ROWS_PER_SLICE", 1)
    organization = scene.organization()
    scene.administrator(organization)
    rows = verifying.end_of(organization_id=organization.pk)
    verifying.ask(organization_id=organization.pk, now=timezone.now())
    for _twice in range(2):
        wake.verify(organization_id=organization.pk)
    assert _jobs() == [(organization.pk, "todo")]
    asyncio.run(_work_off())
    found = Verified.objects.get(pk=organization.pk)
    assert (found.began_at, found.ended_through) == (None, rows)
    assert [job for job in _jobs() if job[0] == organization.pk] == []


async def _work_off() -> None:
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        async with app.open_async():
            await app.run_worker_async(
                queues=[wake.SLICES], wait=False, delete_jobs="successful", install_signal_handlers=False
            )
    await step(connections.close_all)


async def _tidy() -> None:
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        async with app.open_async():
            await wake.retry_stalled(timestamp=0)


def _leave_to_a_worker_that_is_gone() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        [worker_id] = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [worker_id])


def _jobs() -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args->>'organization_id')::int, status::text FROM procrastinate_jobs ORDER BY 1, 2"
        )
        return [(organization_id, status) for organization_id, status in cursor.fetchall()]
