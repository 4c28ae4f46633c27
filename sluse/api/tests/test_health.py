"""Alive and ready, for those who watch machines."""

from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

READY = {"database": True, "migrations": True, "worker": True}


def beat(at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [at])


def test_alive_asks_nothing() -> None:
    """This test may not touch the database, and neither may the answer."""
    answer = Client().get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer["Cache-Control"] == "no-store"


def test_ready_when_a_worker_was_seen_lately(db: None) -> None:
    assert Client().get("/readyz").json()["checks"] == READY | {"worker": False}

    beat(timezone.now() - timedelta(minutes=5))
    assert Client().get("/readyz").status_code == 503

    beat(timezone.now())
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "checks": READY})


def test_not_ready_before_the_schema_is_up_to_date(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    beat(timezone.now())
    applied = MigrationRecorder(connection).applied_migrations()
    lacking = {key: value for key, value in applied.items() if key != ("sync", "0001_initial")}
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _self: lacking)

    answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": True, "migrations": False, "worker": False}


def test_not_ready_without_its_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: MigrationRecorder) -> None:
        raise OperationalError("secret host")

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", fail)

    answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert not any(answer.json()["checks"].values())
    assert "secret" not in answer.content.decode()
