"""The application's role works with rows; it cannot rewrite the log, even where a trigger would let it."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from sluse.up.postgres import Server


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'another'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "TRUNCATE sync_posting CASCADE",
        "DELETE FROM django_migrations",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "CREATE TABLE mine (id int)",
    ],
)
def test_the_application_is_refused(statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        run(statement)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM audit_entry",
        "UPDATE organizations_organization SET name = name",
        "DELETE FROM django_session",
        "SELECT nextval('audit_entry_id_seq')",
        "DELETE FROM procrastinate_jobs",
    ],
)
def test_the_application_may_do_its_work(statement: str) -> None:
    run(statement)


@pytest.mark.usefixtures("django_db_setup")
def test_the_application_owns_nothing(database_server: Server) -> None:
    with psycopg.connect(database_server.url) as application:
        owned = application.execute(
            "SELECT relname FROM pg_class WHERE relowner = 'sluse'::regrole"
        ).fetchall()
        role = application.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()

    assert owned == []
    assert role == (False, False, False)
