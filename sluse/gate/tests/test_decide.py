"""The gate's answer, case by case."""

from datetime import UTC, datetime, timedelta

import pytest

from sluse.gate.decide import Code, HoldFact, decide

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hold(
    since: datetime = NOW - HOUR, ends_at: datetime | None = None, ended_at: datetime | None = None
) -> HoldFact:
    return HoldFact(kind="window", reason="Maintenance", since=since, ends_at=ends_at, ended_at=ended_at)


@pytest.mark.parametrize(
    ("enabled", "stop_requested", "holds", "code"),
    [
        (False, False, [], Code.CONNECTOR_DISABLED),
        (False, False, [hold()], Code.CONNECTOR_DISABLED),
        (True, False, [], Code.OPEN),
        (True, True, [], Code.DISABLING),
        (True, False, [hold()], Code.HOLD_ACTIVE),
        (True, False, [hold(ends_at=NOW + HOUR)], Code.HOLD_ACTIVE),
        (True, False, [hold(ends_at=NOW)], Code.OPEN),
        (True, False, [hold(ended_at=NOW - HOUR / 2)], Code.OPEN),
        (True, False, [hold(since=NOW + HOUR)], Code.OPEN),
        (True, False, [hold(ends_at=NOW), hold()], Code.HOLD_ACTIVE),
    ],
)
def test_the_decision(*, enabled: bool, stop_requested: bool, holds: list[HoldFact], code: Code) -> None:
    decision = decide(enabled=enabled, stop_requested=stop_requested, holds=holds, now=NOW)
    assert decision.code is code
    assert decision.allowed is (code is Code.OPEN)
