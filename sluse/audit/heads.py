"""The end of each chain, told outside the database: whoever keeps one can prove later that the log was not cut or rewritten.

A chain alone cannot tell that its own tail is gone when whoever took it also took the number of rows back.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sluse.audit.models import Chain

_LINE = re.compile(r"(?:^|\s)([a-z0-9][a-z0-9-]*) ([1-9][0-9]*) ([0-9a-f]{64})\s*$")
DIGITS_IN_A_NUMBER = 13
"""So many hexadecimal digits fit into the floating-point number that a metric is, without losing one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The row that a chain ended with when somebody looked."""

    organization_slug: str
    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.organization_slug} {self.sequence} {self.hash}"

    @property
    def hash_as_number(self) -> int:
        return int(self.hash[:DIGITS_IN_A_NUMBER], 16)


def current(*, slugs: Mapping[int, str]) -> list[Head]:
    """Of these organizations, by number and short name; one without any row has none."""
    rows = Chain.objects.filter(organization_id__in=slugs, sequence__gt=0)
    heads = [
        Head(organization_slug=slugs[row.organization_id], sequence=row.sequence, hash=row.hash)
        for row in rows
    ]
    return sorted(heads, key=lambda head: head.organization_slug)


def read(lines: Iterable[str]) -> list[Head]:
    """Out of a mail or a file: every line that is one of ours, and nothing of the rest."""
    found = [_LINE.search(line.rstrip()) for line in lines]
    return [
        Head(organization_slug=one[1], sequence=int(one[2]), hash=one[3]) for one in found if one is not None
    ]
