"""How long Xledger makes us wait, and that nobody asks before."""

from datetime import UTC, datetime, timedelta

import pytest

from sluse.connectors import base
from sluse.connectors.harness import connected
from sluse.connectors.xledger import waiting
from sluse.connectors.xledger.classify import Error
from sluse.connectors.xledger.tests.harness import Harness, voucher

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CREDITS = "BAD_REQUEST.INSUFFICIENT_CREDITS"


@pytest.mark.parametrize(
    ("code", "reset_at", "seconds"),
    [
        ("BAD_REQUEST.BURST_RATE_LIMIT_REACHED", "", 5),
        ("BAD_REQUEST.CONCURRENCY_LIMIT_REACHED", "", 1),
        (CREDITS, "", 20 * 60),
        (CREDITS, "soon", 20 * 60),
        (CREDITS, "2026-11-20T14:00:00", 60 * 60),  # Norwegian wall time: 13:00 UTC
        (CREDITS, "2026-11-20T13:30:00+00:00", 90 * 60),
        (CREDITS, "2026-11-20T12:00:00", 1),  # gone by
        (CREDITS, "2030-01-01T00:00:00", 24 * 60 * 60),
    ],
)
def test_it_is_until_the_credits_come_back_but_never_for_ever(code: str, reset_at: str, seconds: int) -> None:
    errors = [Error(message="x", code=code, reset_at=reset_at)]
    assert waiting.seconds(errors=errors, now=NOW) == seconds


async def test_credits_that_are_used_up_name_when_they_come_back(harness: Harness) -> None:
    soon = datetime.now(tz=waiting.ZONE) + timedelta(hours=3)
    harness.remote.limits(credits=0, reset_at=soon.strftime("%Y-%m-%dT%H:%M:%S"))
    async with connected(harness) as connector:
        [outcome] = await connector.post([voucher(0)], unfinished={})
    harness.remote.limits(credits=10_000)
    assert isinstance(outcome, base.NotSent)
    assert outcome.retry_after_seconds == pytest.approx(3 * 60 * 60, abs=60)
    assert harness.held() == []
