"""The limits are obeyed before they are met, however the operations come."""

import asyncio
from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from sluse.connectors import base
from sluse.connectors.business_central import pace
from sluse.connectors.business_central.tests.harness import Harness, opened, voucher


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(1, 100)), max_size=80))
def test_no_window_holds_more_than_its_share(asked: list[tuple[float, int]]) -> None:
    places: pace.Places = deque()
    now, left = 0.0, []
    for wait, operations in asked:
        now += wait
        at = pace.take(places=places, operations=operations, now=now)
        assert at >= now
        left.append((at, operations))
    for start, _count in left:
        inside = [count for at, count in left if start <= at < start + 300]
        assert sum(inside) <= pace.OPERATIONS_MAX


def test_what_fits_leaves_at_once_and_the_rest_when_a_window_has_passed() -> None:
    places: pace.Places = deque()
    assert [pace.take(places=places, operations=100, now=10.0) for _time in range(12)] == [10.0] * 12
    assert pace.take(places=places, operations=1, now=11.0) == 10.0 + pace.WINDOW_SECONDS


async def test_many_tasks_of_one_application_violate_nothing(harness: Harness) -> None:
    harness.remote.limits(queued=0)

    async def send(number: int) -> base.Outcome:
        async with opened(harness) as connector:
            return (await connector.post([voucher(number)], unfinished={}))[0]

    outcomes = await asyncio.gather(*[send(number) for number in range(12)])
    assert all(isinstance(outcome, base.Posted) for outcome in outcomes)
    assert harness.remote.violations() == []
