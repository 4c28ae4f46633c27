"""The engine, and the only file that knows it: Procrastinate carries wake-ups, one job per slice of an organization.

The rows are the truth. A wake-up that is lost costs seconds, for the sweep finds what waits; one too many costs nothing.
"""

import asyncio
import contextlib
import logging
import signal
from datetime import datetime, timedelta

import psycopg
from django.db import DatabaseError, connection
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateWorker
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException, UniqueViolation
from procrastinate.jobs import JobDeferrer, Status
from psycopg.conninfo import make_conninfo

from sluse import reach
from sluse.audit import verifying
from sluse.gate.lock import Locks
from sluse.sync import (
    comparing,
    digest,
    incarnation,
    news,
    nightly,
    orchestrator,
    publication,
    reconcile,
    sweep,
)
from sluse.sync.database import step
from sluse.sync.orchestrator import Next

logger = logging.getLogger(__name__)

SLICES, CLOCK = "slices", "clock"
"""Two queues, so that slow accounting systems cannot keep the clock from ticking."""
CLOCK_CONCURRENCY = 2
VERIFY_PRIORITY = -1
SWEEP = "* * * * * */5"
"""Every five seconds: how long a lost wake-up, an ended back-off or a due schedule may go unseen."""
HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 15.0
POLLING_SECONDS = 2.0
DJANGO_ONLY = ("cursor_factory", "context", "prepare_threshold")
SERVER_KEEPALIVE = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
CLIENT_KEEPALIVE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
"""Seconds, and milliseconds for the last: the locks of a machine that lost its power are free after half a minute."""
FAILED_JOBS_KEPT_HOURS = 72


def wake(*, organization_id: int) -> None:
    """After commit, never inside a business transaction, which a refused wake-up would abort."""
    try:
        run_slice.configure(queueing_lock=_queueing_lock(organization_id)).defer(
            organization_id=organization_id
        )
    except AlreadyEnqueued:
        return
    except (ProcrastinateException, DatabaseError, psycopg.Error):
        logger.exception("Waking organization %s failed; the sweep will find what waits.", organization_id)


def compare(*, organization_id: int) -> None:
    """As `wake`, for a comparison that a person asked for."""
    try:
        _comparison(organization_id).defer(organization_id=organization_id)
    except AlreadyEnqueued:
        return
    except (ProcrastinateException, DatabaseError, psycopg.Error):
        logger.exception("Waking for a comparison of organization %s failed.", organization_id)


def verify(*, organization_id: int) -> None:
    """After commit. A wake-up that is lost is made up for within a minute."""
    try:
        _verification(organization_id).defer(organization_id=organization_id)
    except AlreadyEnqueued:
        return
    except (ProcrastinateException, DatabaseError, psycopg.Error):
        logger.exception("Waking the verification of %s failed; the clock will find it.", organization_id)


def worker_seen(*, now: datetime) -> bool:
    """Is there a worker whose heart has beaten lately?"""
    latest = now - timedelta(seconds=2 * STALLED_SECONDS)
    return ProcrastinateWorker.objects.filter(last_heartbeat__gte=latest).exists()


def run_worker(*, concurrency: int) -> None:
    """Works until SIGTERM or SIGINT, then finishes the slices under way."""
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        asyncio.run(_work(concurrency))


async def _work(concurrency: int) -> None:
    locks = Locks(conninfo=conninfo())
    async with app.open_async():
        workers = [
            asyncio.create_task(_worker(locks, [SLICES], concurrency)),
            asyncio.create_task(_worker(locks, [CLOCK], CLOCK_CONCURRENCY)),
        ]
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, _stop, workers)
        try:
            await asyncio.gather(*workers)
        except asyncio.CancelledError:
            await asyncio.gather(*workers, return_exceptions=True)
        finally:
            _stop(workers)
            await locks.close()


def _stop(workers: list["asyncio.Task[None]"]) -> None:
    for worker in workers:
        worker.cancel()


async def _worker(locks: Locks, queues: list[str], concurrency: int) -> None:
    await app.run_worker_async(
        queues=queues,
        concurrency=concurrency,
        additional_context={"locks": locks},
        delete_jobs="successful",
        fetch_job_polling_interval=POLLING_SECONDS,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_SECONDS,
        install_signal_handlers=False,
    )


def conninfo() -> str:
    """Of the direct connection the locks live on: as Django connects, and quick to notice a machine that is gone."""
    parameters = dict(connection.get_connection_params())
    for name in DJANGO_ONLY:
        parameters.pop(name, None)
    parameters["options"] = " ".join([str(parameters.get("options", "")), SERVER_KEEPALIVE]).strip()
    return make_conninfo("", **(parameters | CLIENT_KEEPALIVE))


@app.task(name="slice", queue=SLICES, pass_context=True)
async def run_slice(context: JobContext, *, organization_id: int) -> None:
    answer = await orchestrator.run_slice(
        organization_id=organization_id, locks=context.additional_context["locks"]
    )
    if answer is Next.MORE:
        await _defer(organization_id)


@app.periodic(cron=SWEEP, periodic_id="sweep")
@app.task(name="sweep", queue=CLOCK, queueing_lock="sweep")
async def run_sweep(timestamp: int) -> None:  # noqa: ARG001 - the engine hands it over by name
    for organization_id in await step(sweep.sweep, now=timezone.now()):
        await _defer(organization_id)


@app.periodic(cron="* * * * *", periodic_id="reconcile")
@app.task(name="reconcile_due", queue=CLOCK, queueing_lock="reconcile_due")
async def reconcile_due(timestamp: int) -> None:  # noqa: ARG001 - as above
    """At night, each organization at its own minute; and a sign that a worker sees this database."""
    now = timezone.now()
    await step(incarnation.beat, now=now)
    for organization_id in await step(nightly.due, now=now):
        job = run_reconciliation.configure(queueing_lock=f"reconcile:{organization_id}")
        with contextlib.suppress(AlreadyEnqueued):
            await job.defer_async(organization_id=organization_id)
    for organization_id in await step(comparing.waiting):
        with contextlib.suppress(AlreadyEnqueued):
            await _comparison(organization_id).defer_async(organization_id=organization_id)


@app.task(name="reconcile", queue=SLICES)
async def run_reconciliation(*, organization_id: int) -> None:
    await reconcile.nightly(organization_id=organization_id)


@app.task(name="compare", queue=SLICES)
async def run_comparison(*, organization_id: int) -> None:
    await comparing.compare(organization_id=organization_id)


@app.periodic(cron="* * * * *", periodic_id="verify")
@app.task(name="verify_due", queue=CLOCK, queueing_lock="verify_due")
async def verify_due(timestamp: int) -> None:  # noqa: ARG001 - as above
    """At night, each organization's log at its own minute; what was asked for or left lying, at any."""
    for organization_id in await step(verifying.due, now=timezone.now()):
        await _defer_verification(organization_id)


@app.task(name="verify", queue=SLICES)
async def run_verification(*, organization_id: int) -> None:
    with reach.organization(organization_id=organization_id):
        has_more = await step(verifying.go_on, organization_id=organization_id, now=timezone.now())
    if has_more:
        await _defer_verification(organization_id)


async def _defer_verification(organization_id: int) -> None:
    with contextlib.suppress(AlreadyEnqueued):
        await _verification(organization_id).defer_async(organization_id=organization_id)


def _verification(organization_id: int) -> JobDeferrer:
    """One at a time for each organization, and after whatever sends."""
    name = f"verify:{organization_id}"
    return run_verification.configure(lock=name, queueing_lock=name, priority=VERIFY_PRIORITY)


@app.periodic(cron="23 5 * * *", periodic_id="publish_heads")
@app.task(name="publish_heads", queue=CLOCK, queueing_lock="publish_heads")
async def publish_heads(timestamp: int) -> None:  # noqa: ARG001 - as above
    await step(publication.publish, day=timezone.localdate())


@app.periodic(cron="* * * * *", periodic_id="stalled")
@app.task(name="retry_stalled", queue=CLOCK, queueing_lock="retry_stalled")
async def retry_stalled(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Jobs of workers that are gone. Our rows recover by themselves; this only tidies the engine."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            # Somebody has woken the organization meanwhile, and one wake-up is enough.
            await app.job_manager.finish_job(job, status=Status.ABORTED, delete_job=True)


@app.periodic(cron="*/5 * * * *", periodic_id="news")
@app.task(name="tell_news", queue=CLOCK, queueing_lock="tell_news")
async def tell_news(timestamp: int) -> None:  # noqa: ARG001 - as above
    await step(news.tell, now=timezone.now())


@app.periodic(cron="7 * * * *", periodic_id="digest")
@app.task(name="send_digests", queue=CLOCK, queueing_lock="send_digests")
async def send_digests(timestamp: int) -> None:  # noqa: ARG001 - as above
    await step(digest.send_due, now=timezone.now())


@app.periodic(cron="17 3 * * *", periodic_id="tidy")
@app.task(name="remove_old_jobs", queue=CLOCK, queueing_lock="remove_old_jobs")
async def remove_old_jobs(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Finished jobs slow down every start of a worker."""
    await app.job_manager.delete_old_jobs(nb_hours=FAILED_JOBS_KEPT_HOURS, include_failed=True)


async def _defer(organization_id: int) -> None:
    job = run_slice.configure(queueing_lock=_queueing_lock(organization_id))
    try:
        await job.defer_async(organization_id=organization_id)
    except AlreadyEnqueued:
        return


def _queueing_lock(organization_id: int) -> str:
    return f"slice:{organization_id}"


def _comparison(organization_id: int) -> JobDeferrer:
    """One after the other: the second finds that there is nothing left to do."""
    name = f"compare:{organization_id}"
    return run_comparison.configure(queueing_lock=name, lock=name)
