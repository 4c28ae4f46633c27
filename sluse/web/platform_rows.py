"""The rows of integration management: which ones the filter shows, in which order, and a page of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluse.organizations import access
from sluse.organizations.models import User
from sluse.sync import overview
from sluse.sync.overview import Health, OverviewRow
from sluse.web.platform_filters import Filters

ROWS_PER_PAGE = 25
NEVER = datetime.min.replace(tzinfo=UTC)
BY_TROUBLE = (Health.FAILING, Health.ATTENTION, Health.HEALTHY, Health.DISABLED, Health.NOT_CONFIGURED)
TROUBLE = {health: place for place, health in enumerate(BY_TROUBLE)}

ORDERS: dict[str, tuple[str | Promise, Callable[[OverviewRow], Any]]] = {
    "health": (_("Trouble first"), lambda row: TROUBLE[row.health]),
    "name": (_("Name"), lambda row: row.organization.name.casefold()),
    "pending": (_("Most waiting first"), lambda row: -row.pending),
    "failed": (_("Most failed first"), lambda row: -row.failed),
    "last": (_("Longest without a run first"), lambda row: row.last_sync_at or NEVER),
}
"""Name in the address, words, and what is compared. Rows that are equal stay in the order of their names."""


def matching(user: User, filters: Filters, now: datetime) -> list[OverviewRow]:
    """Of every health, so that each can be counted."""
    found = access.organizations_of(user=user).filter(_search(filters.search))
    rows = overview.rows(organizations=found, now=now, connector=filters.connector)
    rows.sort(key=ORDERS["name"][1])
    rows.sort(key=ORDERS[filters.order][1])
    return rows


def shown(user: User, filters: Filters, now: datetime) -> list[OverviewRow]:
    rows = matching(user, filters, now)
    return [row for row in rows if not filters.status or row.health == filters.status]


def _search(text: str) -> Q:
    if not text:
        return Q()
    number = text.replace(" ", "")
    return Q(name__icontains=text) | Q(slug__icontains=text) | Q(organization_number__startswith=number)
