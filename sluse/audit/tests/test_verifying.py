"""A long chain is verified a slice at a time, on from where it was whole, and wholly at least once a week."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from sluse.audit import heads, verify, verifying
from sluse.audit.models import Broken, Verified
from sluse.audit.tests.test_log import tamper, write
from sluse.audit.verifying import Walk
from tests.database import Server

NIGHT = datetime.fromisoformat("2026-11-27T03:00:00+00:00")
DAY = timedelta(days=1)
CHANGE_ROW_2 = "UPDATE audit_entry SET reason = 'another' WHERE sequence = 2"


@pytest.fixture
def chain(committed_database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "ROWS_PER_SLICE", 2)
    for _row in range(5):
        write()


def walk(now: datetime) -> int:
    """All slices there are. Returns how many."""
    slices = 1
    while verifying.go_on(organization_id=1, now=now):
        slices += 1
    return slices


def found() -> Verified:
    return Verified.objects.get(pk=1)


def row(**facts: object) -> Verified:
    return Verified(organization_id=1, **facts)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (None, Walk.WHOLE),
        (row(), Walk.WHOLE),
        (row(began_at=NIGHT - DAY), Walk.ONWARD),
        (row(ended_at=NIGHT - timedelta(hours=19), whole_at=NIGHT - 9 * DAY), Walk.NONE),
        (row(ended_at=NIGHT - DAY, whole_at=NIGHT - DAY), Walk.ONWARD),
        (row(ended_at=NIGHT - DAY, whole_at=NIGHT - 7 * DAY), Walk.WHOLE),
        (row(ended_at=NIGHT - DAY, whole_at=NIGHT - DAY, broken_row=3), Walk.WHOLE),
    ],
)
def test_what_the_night_brings(known: Verified | None, expected: Walk) -> None:
    assert verifying.next_walk(row=known, now=NIGHT) is expected


@pytest.mark.parametrize(("number", "first", "last"), [(0, "01:00", "05:59"), (34, "04:58", "05:59")])
def test_the_night_is_shared_out(number: int, first: str, last: str) -> None:
    begins, ends = (datetime.fromisoformat(f"2026-11-27T{clock}:00+00:00") for clock in (first, last))
    minute = timedelta(minutes=1)
    moments = (begins - minute, begins, ends, ends + minute)
    shown = [verifying.is_its_hour(organization_id=number, now=now) for now in moments]
    assert shown == [False, True, True, False]


def test_a_chain_is_walked_in_slices_and_the_date_is_kept(chain: None) -> None:
    assert walk(NIGHT) == 3
    kept = found()
    assert (kept.ended_at, kept.whole_at, kept.ended_through, kept.began_at) == (NIGHT, NIGHT, 5, None)


def test_slices_that_end_exactly_at_the_end_still_look_behind_it(chain: None) -> None:
    write()
    assert walk(NIGHT) == 4
    assert found().ended_through == 6


def test_the_next_night_goes_on_and_the_seventh_begins_at_the_first_row(
    chain: None, database_server: Server
) -> None:
    walk(NIGHT)
    tamper(database_server, CHANGE_ROW_2)
    write()
    assert walk(NIGHT + DAY) == 1
    assert (found().ended_through, found().broken_row) == (6, None)
    walk(NIGHT + 7 * DAY)
    assert (found().broken_row, found().broken_because) == (2, Broken.CHANGED)
    assert found().ended_through == 1


def test_whoever_asks_gets_the_whole_chain_and_only_one_walk(chain: None, database_server: Server) -> None:
    walk(NIGHT)
    tamper(database_server, CHANGE_ROW_2)
    asked = NIGHT + timedelta(hours=1)
    verifying.ask(organization_id=1, now=asked)
    verifying.ask(organization_id=1, now=asked + timedelta(minutes=1))
    assert (found().began_at, found().through, found().ended_through) == (asked, 0, 5)
    walk(asked)
    assert found().broken_row == 2


@pytest.mark.parametrize(
    ("statement", "broken_row"),
    [
        ("DELETE FROM audit_entry WHERE sequence = 5", 5),
        ("UPDATE audit_entry SET hash = repeat('0', 64) WHERE sequence = 5", 5),
    ],
)
def test_a_walk_onward_looks_at_the_row_it_stands_on(
    chain: None, database_server: Server, statement: str, broken_row: int
) -> None:
    walk(NIGHT)
    tamper(database_server, statement)
    walk(NIGHT + DAY)
    assert found().broken_row == broken_row


def test_what_was_put_right_is_whole_again_the_night_after(chain: None, database_server: Server) -> None:
    tamper(database_server, CHANGE_ROW_2)
    walk(NIGHT)
    assert found().broken_row == 2
    tamper(database_server, "UPDATE audit_entry SET reason = 'because' WHERE sequence = 2")
    walk(NIGHT + DAY)
    assert (found().broken_row, found().ended_through) == (None, 5)


def test_a_slice_of_a_walk_that_was_begun_anew_notes_nothing(
    chain: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk(NIGHT)
    write()
    read = verify.walk

    def asked_meanwhile(**question: Any) -> verify.Verification:
        answer = read(**question)
        verifying.ask(organization_id=1, now=NIGHT + 2 * DAY)
        return answer

    monkeypatch.setattr(verify, "walk", asked_meanwhile)
    assert verifying.go_on(organization_id=1, now=NIGHT + DAY)
    assert (found().began_at, found().through, found().ended_at) == (NIGHT + 2 * DAY, 0, NIGHT)


def test_the_clock_finds_whoever_is_due_and_whoever_was_left_lying(chain: None) -> None:
    noon = NIGHT + timedelta(hours=9)
    assert verifying.due(now=NIGHT) == [1]
    assert verifying.due(now=noon) == []
    assert verifying.go_on(organization_id=1, now=NIGHT)
    assert verifying.due(now=noon) == [1]
    walk(noon)
    assert verifying.due(now=NIGHT + timedelta(hours=1)) == []


def test_the_command_line_keeps_what_it_finds_but_not_what_only_the_mail_proves(
    chain: None, database_server: Server
) -> None:
    [head] = heads.current(slugs={1: "hlf"})
    forged = [heads.Head(organization_slug="hlf", sequence=head.sequence, hash="0" * 64)]
    assert verifying.at_once(organization_id=1, heads=[head], now=NIGHT).ok
    assert found().ended_at == NIGHT
    assert not verifying.at_once(organization_id=1, heads=forged, now=NIGHT + DAY).ok
    assert (found().ended_at, found().broken_row) == (NIGHT, None)
