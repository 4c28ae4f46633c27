"""The filters of integration management: kept in the address, and through a confirmation and back."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluse.connectors import registry
from sluse.sync.overview import OverviewRow
from sluse.web import health

NAMES = ("q", "connector", "status", "order")
ORDER_NAMES = ("health", "name", "pending", "failed", "last")
"""The first one holds unless another is asked for: whoever opens the page looks for trouble."""
WITHOUT_CONNECTOR = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    search: str
    connector: str
    status: str
    order: str = ORDER_NAMES[0]

    @property
    def is_active(self) -> bool:
        return bool(self.search or self.connector or self.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """`look` None: all of them."""

    look: health.Look | None
    count: int
    address: str
    is_current: bool


def read(query: Mapping[str, str]) -> Filters:
    return Filters(
        search=query.get("q", "").strip(),
        connector=_known(query.get("connector", ""), connectors()),
        status=_known(query.get("status", ""), statuses()),
        order=query.get("order", "") if query.get("order", "") in ORDER_NAMES else ORDER_NAMES[0],
    )


def kept(query: Mapping[str, str]) -> dict[str, str]:
    return {name: query[name] for name in NAMES if query.get(name)}


def query_string(query: Mapping[str, str]) -> str:
    chosen = kept(query)
    return f"?{urlencode(chosen)}" if chosen else ""


def connectors() -> list[tuple[str, str | Promise]]:
    return [
        *((kind.name, kind.label) for kind in registry.KINDS.values()),
        (WITHOUT_CONNECTOR, _("No connector")),
    ]


def statuses() -> list[tuple[str, str | Promise]]:
    return [(status.value, look.words) for status, look in health.HEALTH.items()]


def chips(rows: Iterable[OverviewRow], query: Mapping[str, str], chosen: str) -> list[Chip]:
    """How many there are of each health, and the way to see just those."""
    counts = Counter(row.health for row in rows)
    every = Chip(look=None, count=counts.total(), address=_address(query, ""), is_current=not chosen)
    return [every] + [
        Chip(look=look, count=counts[status], address=_address(query, status), is_current=chosen == status)
        for status, look in health.HEALTH.items()
    ]


def _address(query: Mapping[str, str], status: str) -> str:
    return query_string({**{name: query.get(name, "") for name in NAMES}, "status": status}) or "?"


def _known(value: str, choices: Iterable[tuple[str, object]]) -> str:
    return value if value in {name for name, _words in choices} else ""
