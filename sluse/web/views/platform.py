"""Integration management: every organization's state and switch on one page, for global administrators."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sluse.gate import read
from sluse.gate.read import State
from sluse.organizations import access
from sluse.organizations.models import User
from sluse.sync.models import Run
from sluse.sync.overview import OverviewRow
from sluse.web import health, platform_filters, platform_rows, screen
from sluse.web.health import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    row: OverviewRow
    health: Look
    switch: Look
    outcome: Look | None
    switch_address: str

    @property
    def is_on(self) -> bool:
        return self.row.state is not State.DISABLED


@require_safe
@screen.signed_in
def page(request: HttpRequest, user: User) -> HttpResponse:
    access.require_platform(user=user)
    filters, now = platform_filters.read(request.GET), timezone.now()
    rows = platform_rows.matching(user, filters, now)
    chosen = [row for row in rows if not filters.status or row.health == filters.status]
    paginator = Paginator(chosen, platform_rows.ROWS_PER_PAGE)
    shown = paginator.get_page(request.GET.get("page"))
    context = {
        "now": now,
        "filters": filters,
        "query_items": platform_filters.kept(request.GET).items(),
        "kept": platform_filters.query_string(request.GET),
        "connectors": platform_filters.connectors(),
        "orders": [(name, words) for name, (words, _key) in platform_rows.ORDERS.items()],
        "chips": platform_filters.chips(rows, request.GET, filters.status),
        "page": shown,
        "lines": [_line(row) for row in shown],
        "found": len(chosen),
        "total": access.organizations_of(user=user).count(),
        "platform_stop": read.platform_stop(),
    }
    return screen.render(request, "web/platform/page.html", context)


def _line(row: OverviewRow) -> Line:
    ran = row.last_sync_at is not None
    return Line(
        row=row,
        health=health.HEALTH[row.health],
        switch=health.SWITCH[row.state],
        outcome=health.OUTCOME[Run.Outcome(row.last_outcome)] if ran else None,
        switch_address=reverse("web:platform-switch", args=[row.organization.slug]),
    )
