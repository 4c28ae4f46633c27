"""A named mistake, and the test that notices it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """`text` stands exactly once in `path`."""

    name: str
    path: str
    text: str
    instead: str
    killed_by: str
