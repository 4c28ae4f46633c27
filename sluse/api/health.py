"""Is it alive, and is it ready? For those who watch machines, without a token and without telling anything."""

import logging
from functools import cache
from http import HTTPStatus

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sluse.sync import wake

logger = logging.getLogger(__name__)

NOT_STORED = {"Cache-Control": "no-store"}


@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """Asks nothing else: a process is not restarted because its database is away."""
    return JsonResponse({"status": "ok"}, headers=NOT_STORED)


@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    checks = _checks()
    is_ready = all(checks.values())
    return JsonResponse(
        {"status": "ready" if is_ready else "not_ready", "checks": checks},
        status=HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE,
        headers=NOT_STORED,
    )


def _checks() -> dict[str, bool]:
    checks = {"database": False, "migrations": False, "worker": False}
    try:
        checks["migrations"] = not _known_migrations() - set(
            MigrationRecorder(connection).applied_migrations()
        )
        checks["database"] = True
        checks["worker"] = checks["migrations"] and wake.worker_seen(now=timezone.now())
    except Error:
        logger.warning("The database does not answer.", exc_info=True)
    return checks


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """Those on disk, which do not change while the process lives."""
    loader = MigrationLoader(None)
    assert loader.disk_migrations is not None
    return frozenset(loader.disk_migrations)
