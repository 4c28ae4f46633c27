"""Scheduled times are local wall times, right across both nights the clock is changed. Retry delays double and end."""

import random
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from sluse.audit.actor import SYSTEM
from sluse.organizations.errors import InvalidError
from sluse.organizations.models import Organization
from sluse.sync import retry, schedule
from tests import scene

OSLO = ZoneInfo("Europe/Oslo")


def times(cron: str, after: datetime, count: int) -> list[str]:
    found = islice(schedule.occurrences(cron=cron, zone=OSLO, after=after), count)
    return [time.strftime("%d %H:%M") for time in found]


def test_every_night_at_two_over_the_spring_night() -> None:
    # On 29 March 2027 is Easter Monday; the clock goes from 02:00 to 03:00 on Sunday the 28th.
    assert times("0 2 * * *", datetime(2027, 3, 26, 12, tzinfo=UTC), 3) == [
        "27 01:00",
        "28 01:00",
        "29 00:00",
    ]


def test_a_time_that_does_not_exist_runs_once_an_hour_later() -> None:
    assert times("30 2,3 * * *", datetime(2027, 3, 27, 12, tzinfo=UTC), 3) == [
        "28 01:30",
        "29 00:30",
        "29 01:30",
    ]


def test_a_time_that_exists_twice_runs_once() -> None:
    # On 31 October 2027 the clock goes from 03:00 back to 02:00.
    assert times("30 2 * * *", datetime(2027, 10, 30, 12, tzinfo=UTC), 2) == ["31 00:30", "01 01:30"]
    between = datetime(2027, 10, 31, 0, 40, tzinfo=UTC)
    assert times("30 2 * * *", between, 1) == ["01 01:30"]


def test_it_always_moves_on() -> None:
    after = datetime(2027, 10, 30, 22, tzinfo=UTC)
    found = list(islice(schedule.occurrences(cron="*/10 * * * *", zone=OSLO, after=after), 60))
    assert found == sorted(set(found))
    assert found[0] > after


@pytest.mark.parametrize("cron", ["", "0 2 * *", "0 2 * * * *", "61 2 * * *", "every night", "0 2 31 2 *"])
def test_a_wrong_schedule_is_refused(committed_database: None, cron: str) -> None:
    hlf = scene.organization()
    with pytest.raises(InvalidError):
        schedule.save(
            organization=hlf,
            cron=cron,
            is_active=True,
            actor=SYSTEM,
            now=timezone.now(),
        )


def test_a_schedule_is_saved_once_and_logged(committed_database: None) -> None:
    hlf: Organization = scene.organization()
    for _time in range(2):
        saved = schedule.save(
            organization=hlf, cron="15  6 * * 1-5", is_active=True, actor=SYSTEM, now=timezone.now()
        )
    assert saved.cron == "15 6 * * 1-5"
    assert len(scene.log(hlf, "schedule")) == 1


def test_delays_double_up_to_an_hour_and_heed_what_the_system_asks_for() -> None:
    chance = random.Random(1)  # noqa: S311 - spreads load, guards nothing
    for failures, most in [(1, 30), (2, 60), (5, 480), (12, 3_600), (1_000, 3_600)]:
        delay = retry.delay_seconds(failures=failures, jitter=chance)
        assert most / 2 <= delay <= most
    assert retry.delay_seconds(failures=1, jitter=chance, retry_after_seconds=90) == 90
    assert retry.delay_seconds(failures=1, jitter=chance, retry_after_seconds=10**9) == 24 * 3_600
