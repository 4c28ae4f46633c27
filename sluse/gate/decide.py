"""May this organization send now? Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

PLANNED_KIND = "window"


class Code(StrEnum):
    OPEN = "open"
    CONNECTOR_DISABLED = "connector_disabled"
    DISABLING = "disabling"
    HOLD_ACTIVE = "hold_active"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFact:
    kind: str
    reason: str
    since: datetime
    ends_at: datetime | None
    ended_at: datetime | None
    id: str = ""

    def is_active(self, *, now: datetime) -> bool:
        """Only a window is planned ahead. Any other hold holds as soon as it is there, whatever the clocks of two
        machines say of when that was."""
        ends = [end for end in (self.ends_at, self.ended_at) if end is not None]
        has_begun = self.kind != PLANNED_KIND or self.since <= now
        return has_begun and all(now < end for end in ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The switch is named before the holds: it is the reason a person can do something about first.

    `version` is the switch's; whoever began under another one has been switched off in between.
    """

    code: Code
    version: int = 0
    holds: tuple[HoldFact, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.code is Code.OPEN


def decide(
    *, enabled: bool, stop_requested: bool, holds: Sequence[HoldFact], now: datetime, version: int = 0
) -> Decision:
    active = tuple(hold for hold in holds if hold.is_active(now=now))
    if not enabled:
        return Decision(code=Code.CONNECTOR_DISABLED, holds=active, version=version)
    if stop_requested:
        return Decision(code=Code.DISABLING, holds=active, version=version)
    if active:
        return Decision(code=Code.HOLD_ACTIVE, holds=active, version=version)
    return Decision(code=Code.OPEN, version=version)
