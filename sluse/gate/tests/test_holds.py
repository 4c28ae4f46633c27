"""Holds: planned, opened, ended, each with its row, none touching another; and what the database itself refuses."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from pytest_django import Settings

from sluse.audit import verify
from sluse.audit.models import Entry
from sluse.gate import holds, platform_stop, read, windows
from sluse.gate.decide import Code
from sluse.gate.models import Hold
from sluse.organizations.errors import ConflictError, InvalidError, NotFoundError
from sluse.organizations.models import Organization, User
from tests import scene

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def hlf(committed_database: None) -> Organization:
    return scene.organization()


def plan(
    hlf: Organization, starts: str = "2026-11-24T14:00", ends: str = "2026-11-24T16:00", zone: str = ""
) -> Hold:
    return windows.plan(
        organization=hlf,
        starts=starts,
        ends=ends,
        time_zone=zone,
        reason="Upgrade",
        actor=scene.KARI,
        connector_kind="xledger",
        now=NOON,
    )


def trip(hlf: Organization, now: datetime = NOON) -> bool:
    return holds.trip_breaker(
        organization=hlf, reason="Refused", actor=scene.KARI, connector_kind="xledger", now=now
    )


def end(hlf: Organization, hold: Hold, now: datetime) -> Hold:
    return holds.end(
        organization=hlf, hold_id=hold.pk, reason="Done", actor=scene.KARI, connector_kind="xledger", now=now
    )


def code(hlf: Organization, now: datetime) -> Code:
    return read.decision(organization_id=hlf.pk, now=now).code


def rows(of: Organization) -> list[str]:
    return [row.new_state for row in Entry.objects.filter(organization_id=of.pk, type="hold").order_by("pk")]


# --- windows --------------------------------------------------------------------------------------


def test_a_window_holds_between_its_times_and_at_no_other(hlf: Organization) -> None:
    scene.turn_on(hlf, 0)
    hold = plan(hlf)
    assert (hold.since, hold.ends_at) == (NOON + HOUR, NOON + 3 * HOUR)
    at = [NOON, NOON + HOUR, NOON + 3 * HOUR - timedelta(microseconds=1), NOON + 3 * HOUR]
    assert [code(hlf, now) for now in at] == [Code.OPEN, Code.HOLD_ACTIVE, Code.HOLD_ACTIVE, Code.OPEN]
    assert rows(hlf) == ["window_planned"]


def test_a_window_is_read_on_the_clock_of_its_zone(hlf: Organization) -> None:
    assert plan(hlf, zone="America/New_York").since == NOON + 7 * HOUR
    night = plan(hlf, "2027-03-28T02:30", "2027-03-28T03:15")
    assert night.since == datetime(2027, 3, 28, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "ends", "zone", "wrong"),
    [
        ("2026-11-24T14:00", "2026-11-24T14:00", "", "ends"),
        ("2026-11-20T14:00", "2026-11-24T12:00", "", "ends"),
        ("2026-11-24T14:00", "2027-03-24T14:00", "", "ends"),
        ("24.11.2026", "2026-11-24T16:00", "", "starts"),
        ("2026-11-24T14:00", "2026-11-24T16:00", "Oslo", "time_zone"),
    ],
)
def test_a_window_that_cannot_be_is_refused(
    hlf: Organization, starts: str, ends: str, zone: str, wrong: str
) -> None:
    with pytest.raises(InvalidError) as refusal:
        plan(hlf, starts, ends, zone)
    assert [error.path for error in refusal.value.errors] == [wrong]
    assert rows(hlf) == []


def test_a_window_is_moved_until_it_begins_and_then_only_its_end(hlf: Organization) -> None:
    hold = plan(hlf)

    def move(starts: str, ends: str, now: datetime) -> Hold:
        return windows.change(
            organization=hlf,
            hold_id=hold.pk,
            starts=starts,
            ends=ends,
            reason="Later",
            actor=scene.KARI,
            connector_kind="",
            now=now,
        )

    assert move("2026-11-24T15:00", "2026-11-24T16:00", NOON).since == NOON + 2 * HOUR
    with pytest.raises(InvalidError):
        move("2026-11-24T15:30", "2026-11-24T17:00", NOON + 2 * HOUR)
    assert move("2026-11-24T15:00", "2026-11-24T17:00", NOON + 2 * HOUR).ends_at == NOON + 4 * HOUR
    with pytest.raises(ConflictError):
        move("2026-11-24T15:00", "2026-11-24T19:00", NOON + 4 * HOUR)
    assert rows(hlf) == ["window_planned", "window_changed", "window_changed"]


def test_a_window_is_cancelled_before_or_ended_within_its_time(hlf: Organization) -> None:
    scene.turn_on(hlf, 0)
    end(hlf, plan(hlf), NOON)
    assert code(hlf, NOON + HOUR) is Code.OPEN
    second = plan(hlf)
    end(hlf, second, NOON + 2 * HOUR)
    assert code(hlf, NOON + 2 * HOUR) is Code.OPEN
    with pytest.raises(ConflictError):
        end(hlf, second, NOON + 2 * HOUR)
    assert rows(hlf) == ["window_planned", "window_cancelled", "window_planned", "window_ended"]


def test_what_the_clock_did_is_written_down_once(hlf: Organization) -> None:
    hold = plan(hlf)
    assert [windows.note_passing(now=NOON + n * HOUR) for n in (0, 1, 2, 3, 4)] == [0, 1, 0, 1, 0]
    hold.refresh_from_db()
    assert (hold.ended_at, hold.ended_by_id) == (NOON + 3 * HOUR, "system")
    assert rows(hlf) == ["window_planned", "window_began", "window_ended"]


def test_the_end_of_a_window_overrides_no_other_reason(hlf: Organization) -> None:
    scene.turn_on(hlf, 0)
    hold = plan(hlf)
    trip(hlf)
    end(hlf, hold, NOON + HOUR)
    assert code(hlf, NOON + HOUR) is Code.HOLD_ACTIVE
    holds.end_breaker(organization=hlf, actor=scene.KARI, connector_kind="xledger", now=NOON + HOUR)
    assert code(hlf, NOON + HOUR) is Code.OPEN
    scene.turn_off(hlf)
    assert code(hlf, NOON + 2 * HOUR) is Code.CONNECTOR_DISABLED


def test_nobody_ends_what_is_not_theirs(hlf: Organization) -> None:
    hold = plan(hlf)
    other = scene.organization("turlaget", "Turlaget")
    stop = platform_stop.stop(reason="Fault", actor=scene.KARI, now=NOON, wait_seconds=1).hold
    for organization, one in ((other, hold), (hlf, stop)):
        with pytest.raises(NotFoundError):
            end(organization, one, NOON)
    assert Hold.objects.filter(ended_at=None).count() == 2


# --- the breaker ----------------------------------------------------------------------------------


def test_the_breaker_opens_once_and_tells_each_administrator_in_their_language(
    hlf: Organization, settings: Settings
) -> None:
    settings.BASE_URL = "https://sluse.example"
    kari = scene.administrator(hlf)
    rune = scene.administrator(hlf, "rune@hlf.example", "Rune")
    User.objects.filter(pk=rune.pk).update(language="en")
    assert [trip(hlf), trip(hlf)] == [True, False]
    [to_kari, to_rune] = mail.outbox
    assert (to_kari.to, to_rune.to) == ([kari.email], [rune.email])
    assert to_kari.subject == "Sluse har stanset sendingen for Hørselshemmedes Landsforbund"
    assert to_rune.subject == "Sluse has stopped sending for Hørselshemmedes Landsforbund"
    assert "Refused" in to_rune.body
    assert "https://sluse.example/o/hlf/connector/" in to_rune.body
    assert rows(hlf) == ["breaker_opened"]


def test_a_mail_server_that_is_away_stops_nothing(
    hlf: Organization, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    scene.administrator(hlf)
    settings.EMAIL_BACKEND = "no.such.Backend"
    assert trip(hlf)
    assert rows(hlf) == ["breaker_opened"]


def test_an_administrator_clears_the_breaker_with_a_reason(hlf: Organization) -> None:
    trip(hlf)
    hold = Hold.objects.get()
    with pytest.raises(InvalidError):
        holds.end(
            organization=hlf, hold_id=hold.pk, reason=" ", actor=scene.KARI, connector_kind="", now=NOON
        )
    end(hlf, hold, NOON + HOUR)
    hold.refresh_from_db()
    assert (hold.ended_by_name, hold.ended_reason) == ("Kari Nordmann", "Done")
    assert read.switch_of(organization=hlf).version == 0, "it enables nothing"


# --- the platform's stop --------------------------------------------------------------------------


def test_the_platform_stops_every_organization_and_logs_it_in_each(hlf: Organization) -> None:
    other = scene.organization("turlaget", "Turlaget")
    scene.turn_on(hlf, 0)
    stopped = platform_stop.stop(reason="Fault", actor=scene.KARI, now=NOON, wait_seconds=1)
    again = platform_stop.stop(reason="Twice", actor=scene.KARI, now=NOON, wait_seconds=1)
    assert (stopped.changed, stopped.in_flight, again.changed, again.hold.pk) == (
        True,
        0,
        False,
        stopped.hold.pk,
    )
    assert code(hlf, NOON) is Code.HOLD_ACTIVE
    assert code(hlf, NOON - HOUR) is Code.HOLD_ACTIVE, "two machines' clocks may differ"
    trip(hlf)
    platform_stop.resume(reason="Mended", actor=scene.KARI, now=NOON + HOUR)
    assert code(hlf, NOON + HOUR) is Code.HOLD_ACTIVE, "the breaker is still open"
    assert code(other, NOON + HOUR) is Code.CONNECTOR_DISABLED, "it enables nothing"
    assert rows(hlf) == ["platform_stopped", "breaker_opened", "platform_resumed"]
    assert rows(other) == ["platform_stopped", "platform_resumed"]
    assert all(verify.verify(organization_id=of.pk).ok for of in (hlf, other))
    with pytest.raises(ConflictError):
        platform_stop.resume(reason="Again", actor=scene.KARI, now=NOON)


# --- the database's own word ----------------------------------------------------------------------


def test_the_database_refuses_a_hold_without_its_row(hlf: Organization) -> None:
    facts = {"reason": "x", "since": NOON, "by_id": "x", "by_name": "x"}
    for kind in ({"kind": "breaker", "organization": hlf}, {"kind": "platform"}):
        with pytest.raises(DatabaseError, match="without its log row"):
            Hold.objects.create(**facts, **kind)
    hold = plan(hlf)
    one = Hold.objects.filter(pk=hold.pk)
    for change in (
        {"ended_at": NOON, "ended_by_id": "x", "ended_reason": "x"},
        {"ends_at": NOON + 9 * HOUR, "ends_local": "2026-11-24T22:00"},
        {"begun_at": NOON},
    ):
        with pytest.raises(DatabaseError, match="without its log row"):
            one.update(**change)
    assert one.get().ends_at == hold.ends_at


def test_the_database_refuses_what_no_hold_can_be(hlf: Organization) -> None:
    hold = plan(hlf)
    one = Hold.objects.filter(pk=hold.pk)
    for change in ({"reason": ""}, {"time_zone": ""}, {"ends_at": None}, {"kind": "breaker"}):
        with pytest.raises(DatabaseError):
            one.update(**change)
    with pytest.raises(DatabaseError, match="never removed"):
        one.delete()
    end(hlf, hold, NOON)
    with pytest.raises(DatabaseError, match="is not changed"):
        one.update(ended_at=None, ended_by_id="", ended_reason="")


def test_the_database_refuses_a_row_of_a_hold_that_is_not_there(hlf: Organization) -> None:
    forged = Hold(pk=4711, kind="breaker", reason="x", since=NOON)
    with pytest.raises(DatabaseError, match="is not there"), transaction.atomic():
        holds.log(forged, hlf, "breaker_opened", "x", scene.KARI, "", NOON)
