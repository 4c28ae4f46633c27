"""The log is append-only, gapless, chained, and its verifier names the first row that is wrong."""

import threading

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from sluse.audit import export, record, verify
from sluse.audit.actor import Actor
from sluse.audit.models import Entry
from tests.database import Server

KARI = Actor(id="kari", name="Kari Nordmann")
ROWS = 5


def write(organization_id: int = 1, reason: str = "because") -> Entry:
    with transaction.atomic():
        return record.record(
            record.NewEntry(
                organization_id=organization_id,
                organization_slug="hlf",
                type="settings",
                actor=KARI,
                at=timezone.now(),
                reason=reason,
                details={"fields": ["environment"], "æ": 1},
            )
        )


def tamper(server: Server, statement: str) -> None:
    """As somebody who owns the whole server could."""
    with server.administrator() as administrator:
        administrator.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        administrator.execute(statement)
        administrator.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")
        for name in ("audit_entry_append_only", "audit_entry_no_truncate"):
            administrator.execute(f"ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER {name}")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"],
)
def test_the_application_may_only_add(committed_database: None, statement: str) -> None:
    write()
    with connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute(statement)
    assert Entry.objects.get().reason == "because"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"],
)
def test_even_the_owner_is_refused_by_the_triggers(
    committed_database: None, database_server: Server, statement: str
) -> None:
    write()
    with database_server.administrator() as administrator:
        administrator.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.Error, match="append-only"):
            administrator.execute(statement)


def test_each_organization_has_a_chain_of_its_own(committed_database: None) -> None:
    assert [write(1).sequence, write(2).sequence, write(1).sequence] == [1, 1, 2]
    assert verify.verify(organization_id=1) == verify.Verification(ok=True, entries=2)
    assert verify.verify(organization_id=3).ok


@pytest.mark.parametrize(
    ("statement", "first_broken"),
    [
        ("UPDATE audit_entry SET reason = 'another' WHERE sequence = 3", 3),
        ("UPDATE audit_entry SET actor_name = 'Ola' WHERE sequence = 1", 1),
        ("DELETE FROM audit_entry WHERE sequence = 2", 2),
        ("DELETE FROM audit_entry WHERE sequence = 5", 5),
    ],
)
def test_the_verifier_names_the_first_broken_row(
    committed_database: None, database_server: Server, statement: str, first_broken: int
) -> None:
    for _row in range(ROWS):
        write()
    tamper(database_server, statement)
    verification = verify.verify(organization_id=1)
    assert (verification.ok, verification.first_broken) == (False, first_broken)


def test_the_chain_does_not_fork_under_concurrent_writers(committed_database: None) -> None:
    def writer() -> None:
        for _row in range(ROWS):
            write()
        connections.close_all()

    threads = [threading.Thread(target=writer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify.verify(organization_id=1) == verify.Verification(ok=True, entries=8 * ROWS)


def test_a_row_outside_a_transaction_is_refused(committed_database: None) -> None:
    entry = record.NewEntry(
        organization_id=1, organization_slug="hlf", type="x", actor=KARI, at=timezone.now()
    )
    with pytest.raises(RuntimeError):
        record.record(entry)


def test_a_rolled_back_change_leaves_no_row(committed_database: None) -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert not Entry.objects.exists()


def test_csv_opens_in_a_spreadsheet_and_computes_nothing(committed_database: None) -> None:
    write(reason='=HYPERLINK("x")')
    header, line = export.csv_lines(Entry.objects.all())
    assert header.startswith("\ufeffid;at;type")
    assert "\"'=HYPERLINK" in line
