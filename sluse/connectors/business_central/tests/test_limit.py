"""The limits are obeyed before they are met, however the operations come."""

import asyncio

from sluse.connectors import base
from sluse.connectors.business_central.tests.harness import Harness, opened, voucher


async def test_many_tasks_of_one_application_violate_nothing(harness: Harness) -> None:
    harness.remote.limits(queued=0)

    async def send(number: int) -> base.Outcome:
        async with opened(harness) as connector:
            return (await connector.post([voucher(number)], unfinished={}))[0]

    outcomes = await asyncio.gather(*[send(number) for number in range(12)])
    assert all(isinstance(outcome, base.Posted) for outcome in outcomes)
    assert harness.remote.violations() == []
