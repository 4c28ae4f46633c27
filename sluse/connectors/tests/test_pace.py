"""The limits of an accounting system are never met, however many of our processes ask."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from sluse.connectors import pace
from sluse.connectors.business_central import limit as business_central
from sluse.connectors.models import Pace
from sluse.connectors.pace import Limit, Place
from sluse.connectors.xledger import limit as xledger
from sluse.sandbox import xledger as sandbox
from sluse.sandbox.remote import Remote
from sluse.sandbox.serve import running

LIMITS = [(business_central.LIMIT, 300.0, 6_000 // 5), (xledger.LIMIT, 5.0, 19)]
ENTITY = "5900001"
SHARED = pace.shared_seconds
"""As it is before the tests' own process is made to do without."""


@pytest.fixture
def erp() -> Iterator[Remote]:
    with running(sandbox.create()) as base:
        yield Remote(base=base)


@pytest.mark.parametrize(("limit", "window", "allowed"), LIMITS)
@settings(max_examples=60)
@given(asked=st.lists(st.tuples(st.floats(0, 100), st.integers(1, 16)), max_size=80))
def test_no_window_holds_more_than_its_share(
    limit: Limit, window: float, allowed: int, asked: list[tuple[float, int]]
) -> None:
    places: list[Place] = []
    now, left = 0.0, []
    for wait, operations in asked:
        now += wait * window / 1_000
        at, places = pace.take(places=places, limit=limit, operations=operations, now=now)
        assert at >= now
        left.append((at, operations))
    assert left == sorted(left, key=lambda one: one[0])
    for start, _count in left:
        assert sum(count for at, count in left if start <= at < start + window) <= allowed
    assert len(places) <= pace.GRAINS + 2


def test_what_fits_leaves_at_once_and_the_rest_when_a_window_has_passed() -> None:
    places: list[Place] = []
    for _time in range(12):
        at, places = pace.take(places=places, limit=business_central.LIMIT, operations=100, now=10.0)
        assert at == 10.0
    at, _places = pace.take(places=places, limit=business_central.LIMIT, operations=1, now=11.0)
    assert at == 10.0 + business_central.LIMIT.window_seconds


def test_all_who_ask_at_the_same_time_share_one_window(committed_database: None) -> None:
    limit = business_central.LIMIT
    with ThreadPoolExecutor(max_workers=4) as everybody:
        waits = list(everybody.map(lambda _number: _shared(limit, "one", 100), range(24)))
    assert sum(seconds == 0.0 for seconds in waits) == 12
    assert all(seconds == 0.0 or limit.window_seconds - 60 < seconds for seconds in waits)
    assert _shared(limit, "other", 100) == 0.0


def test_places_from_before_a_clock_was_set_back_are_not_waited_for(committed_database: None) -> None:
    tomorrow = time.time() + 24 * 60 * 60
    Pace.objects.create(key="one", places=[[tomorrow, tomorrow, 1]])
    with pytest.raises(pace.CrowdedError):
        _shared(xledger.LIMIT, "one", 1)


@pytest.mark.journey
def test_two_processes_with_one_token_violate_nothing(
    committed_database: None, erp: Remote, process_environment: dict[str, str]
) -> None:
    _ask(erp, process_environment, "shared")
    assert erp.counts(tenant=ENTITY)["requests"] == 2 * 14
    assert erp.violations() == []


@pytest.mark.journey
def test_two_processes_that_did_not_share_would_go_beyond_the_limit(
    committed_database: None, erp: Remote, process_environment: dict[str, str]
) -> None:
    """What the row is for; who takes it away sees the test above fail as this one says."""
    _ask(erp, process_environment, "alone")
    assert {one["limit"] for one in erp.violations()} == {"burst"}


async def test_without_the_row_a_process_keeps_to_a_small_part(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_asked: object) -> float:
        raise OperationalError("The database is away.")

    monkeypatch.setattr(pace, "shared_seconds", fail)
    slept: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        slept.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", note)
    for _time in range(3):
        async with pace.place(limit=xledger.LIMIT, user="a token of its own"):
            pass
    assert [one for one in slept if one > 1] == [pytest.approx(xledger.LIMIT.window_seconds, abs=1)]


def test_a_row_that_somebody_holds_is_not_waited_for(committed_database: None) -> None:
    Pace.objects.create(key="held")
    with transaction.atomic():
        Pace.objects.select_for_update().get(pk="held")
        with ThreadPoolExecutor(max_workers=1) as other, pytest.raises(OperationalError):
            other.submit(_shared, xledger.LIMIT, "held", 1).result()
    assert _shared(xledger.LIMIT, "held", 1) == 0.0


async def test_the_token_is_not_in_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[str] = []

    def note(_limit: Limit, key: str, _operations: int) -> float:
        keys.append(key)
        return 0.0

    monkeypatch.setattr(pace, "shared_seconds", note)
    for system in (xledger.LIMIT, business_central.LIMIT):
        async with pace.place(limit=system, user="very-secret"):
            pass
    assert len({*keys}) == 2
    assert all(len(key) == 64 and "secret" not in key for key in keys)


def _shared(limit: Limit, key: str, operations: int) -> float:
    """From whatever thread, which is not one that keeps its connection."""
    try:
        return SHARED(limit, key, operations)
    finally:
        connection.close()


def _ask(erp: Remote, environment: dict[str, str], way: str) -> None:
    variables = environment | {
        "DJANGO_SETTINGS_MODULE": "sluse.settings",
        "SLUSE_XLEDGER_URL": f"{erp.base}/graphql",
    }
    command = [sys.executable, "-m", "sluse.connectors.tests.asking", ENTITY, "14", way]
    both = [subprocess.Popen(command, env=variables) for _process in range(2)]
    codes = [process.wait(timeout=60) for process in both]
    assert codes == [0, 0] or way == "alone"
