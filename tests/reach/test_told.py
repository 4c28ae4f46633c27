"""What the session was told is what is in reach, however the transaction ended in which it was told."""

import contextlib
import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from sluse import reach

HLF, NBF = 7, 8


def told() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('sluse.organization', true), '')")
        return str(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def hlf_before(committed_database: None) -> None:
    """The connection served HLF a moment ago."""
    with reach.organization(organization_id=HLF):
        assert told() == str(HLF)


def test_it_is_told_anew_after_a_rollback() -> None:
    with reach.organization(organization_id=NBF):
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            assert told() == str(NBF)
            raise ZeroDivisionError
        assert told() == str(NBF)


def test_it_is_told_anew_after_the_rollback_of_a_savepoint() -> None:
    with reach.organization(organization_id=HLF), transaction.atomic():
        savepoint = transaction.savepoint()
        with reach.organization(organization_id=NBF):
            assert told() == str(NBF)
            transaction.savepoint_rollback(savepoint)
            assert told() == str(NBF)


def test_it_is_told_anew_when_a_commit_was_a_rollback() -> None:
    """PostgreSQL makes one of the COMMIT of whoever swallowed an error within the transaction."""
    with reach.organization(organization_id=NBF):
        with transaction.atomic(), connection.cursor() as cursor, contextlib.suppress(DatabaseError):
            cursor.execute("SELECT 1 / 0")
        assert told() == str(NBF)


def test_a_failed_transaction_ends_where_another_reach_is_left() -> None:
    """The end of the transaction is all that PostgreSQL listens to then."""
    with reach.organization(organization_id=HLF), transaction.atomic():
        with (
            pytest.raises(DatabaseError, match="division by zero"),
            transaction.atomic(),
            reach.organization(organization_id=NBF),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT 1 / 0")
        assert told() == str(HLF)


def test_a_new_connection_is_told_too() -> None:
    connection.close()
    with reach.organization(organization_id=HLF):
        assert told() == str(HLF)


def test_with_nothing_in_reach_the_last_one_is_taken_back() -> None:
    with reach.nothing():
        assert told() == ""


def test_threads_at_the_same_time_have_each_their_own() -> None:
    seen: dict[int, set[str]] = {}
    begin = threading.Barrier(4)

    def ask(number: int) -> None:
        begin.wait()
        with reach.organization(organization_id=number):
            seen[number] = {told() for _time in range(50)}
        connections.close_all()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {number: {str(number)} for number in range(1, 5)}
