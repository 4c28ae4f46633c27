"""What a connector assumes of its accounting system, as questions that a real tenant can be asked."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol


class Asker(Protocol):
    """One kind's own way of asking raw questions, through a door of its own."""

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """`name` is its row in `docs/onboarding.md`; `assumed` is what `run` answers when the tenant is as we think.

    `run` only reads. It answers an empty text when there is nothing over there yet that could tell. Without a `run` it
    is tried by hand. `switch` is the sandbox's switch for the other way.
    """

    name: str
    question: str
    assumed: str
    switch: str = ""
    run: Callable[[Any], Awaitable[str]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """`open` takes checked settings, credentials and a permit, as `connect` does."""

    open: Callable[..., Asker]
    all: tuple[Probe, ...]
