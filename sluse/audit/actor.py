"""Who acts, as the log freezes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`id` never changes; `name` is how the person was called on that day."""

    id: str
    name: str


SYSTEM = Actor(id="system", name="Sluse")
