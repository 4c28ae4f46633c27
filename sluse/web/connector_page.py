"""Integration settings: everything about one organization's connector, put together for one page."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from sluse.audit import history
from sluse.audit.models import Type
from sluse.connectors import configure, meter, registry
from sluse.connectors.configure import ConnectorState
from sluse.gate import four_eyes, read
from sluse.organizations import access
from sluse.organizations.models import Organization, User
from sluse.sync import readiness, runs, schedule
from sluse.sync.readiness import Readiness
from sluse.vouchers import suggesting
from sluse.web import health, log_filters, screen, state, steps
from sluse.web.forms import schedule as schedule_form
from sluse.web.forms import system as system_form
from sluse.web.forms.base import Form
from sluse.web.forms.holds import WindowForm
from sluse.web.forms.mapping import MappingForm
from sluse.web.forms.schedule import ScheduleForm
from sluse.web.forms.system import NewCredentialsForm, SystemForm

RUNS_SHOWN = 5
HISTORY_SHOWN = 20
CHANGES = (
    *(Type.SWITCH, Type.APPROVAL, Type.SETTINGS, Type.CREDENTIALS, Type.TEST),
    *(Type.MAPPING, Type.SCHEDULE, Type.HOLD),
)
"""What people change about the connector, among hundreds of thousands of rows about what it did."""


def answer(
    request: HttpRequest,
    user: User,
    organization: Organization,
    *,
    refused: tuple[str, Form] | None = None,
    filled: tuple[str, Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`refused` is the section whose form was not accepted, and that form with what is wrong; `filled` one that is shown
    with what was asked for."""
    now = timezone.now()
    context = {
        "can_administer": access.administers(user=user, organization=organization),
        **state.of(organization, now),
        **_setup(request, organization),
        **_timing(organization, now),
        **_past(organization),
        **dict(one for one in (refused, filled) if one),
        "form": refused[1] if refused else None,
    }
    return screen.render(
        request, "web/connector/page.html", context, organization=organization, status=status
    )


def mapping(organization: Organization, data: Any = None) -> MappingForm:
    return _mapping(readiness.of(organization=organization), data)


def _mapping(standing: Readiness, data: Any = None) -> MappingForm:
    chart = standing.row.chart if standing.row else {}
    return MappingForm(
        data,
        mapping=standing.mapping,
        in_use=standing.in_use,
        accounts=suggesting.in_chart(chart.get("accounts", [])),
    )


def _setup(request: HttpRequest, organization: Organization) -> dict[str, Any]:
    standing = readiness.of(organization=organization)
    found, missing = standing.row, standing.missing
    connector = configure.state_of(row=found)
    kind = _chosen_kind(request, connector)
    form = _mapping(standing)
    way = steps.of(
        missing=missing,
        has_connector=connector.kind is not None,
        has_credentials=connector.credentials_set,
        has_mapping=form.is_mapped,
    )
    return {
        "connector": connector,
        "connector_settings": list(system_form.in_words(connector)),
        "kinds": list(registry.KINDS.values()),
        "chosen_kind": kind,
        "system": SystemForm(kind=kind, connector=connector) if kind else None,
        "rotation": NewCredentialsForm(kind=connector.kind) if connector.kind else None,
        "next": configure.next_state(row=found),
        "mapping": form,
        "steps": way,
        "following": next((step for step in way if step.is_next), None),
        "done_sections": {step.section for step in way if step.is_done},
        "is_ready": not missing,
        "chart": found.chart if found else {},
        "chart_read_at": found.chart_read_at if found else None,
        "unknown_accounts": standing.unknown_accounts,
    }


def _timing(organization: Organization, now: datetime) -> dict[str, Any]:
    planned = schedule.get(organization=organization, now=now)
    return {
        "schedule": ScheduleForm(schedule=planned),
        "schedule_words": schedule_form.in_words(planned),
        "next_times": schedule.upcoming(schedule=planned, organization=organization, now=now),
        "windows": WindowForm(time_zone=organization.time_zone),
        "two_required": four_eyes.is_required(organization=organization),
        "approvals": four_eyes.open_requests(organization=organization, now=now),
        "planned_windows": read.windows_of(organization=organization, now=now),
        "requests_this_month": meter.this_month(organization=organization, now=now),
    }


def _past(organization: Organization) -> dict[str, Any]:
    changes = history.newest(organization_id=organization.pk, types=CHANGES, limit=HISTORY_SHOWN)
    latest = runs.list_runs(organization=organization)[:RUNS_SHOWN]
    return {
        "history": [(entry, log_filters.TYPES[entry.type]) for entry in changes],
        "runs": [(run, health.OUTCOME[run.outcome]) for run in latest],
    }


def _chosen_kind(request: HttpRequest, connector: ConnectorState) -> str:
    """The one asked for in the address, the one that is set, or the only one there is."""
    wanted = request.GET.get("kind", "")
    if wanted in registry.KINDS:
        return wanted
    return connector.kind or (next(iter(registry.KINDS)) if len(registry.KINDS) == 1 else "")
