"""Status: is it on, did it work, what comes next; and the progress of the run that is under way."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sluse.connectors import rotation
from sluse.organizations import access
from sluse.organizations.access import Right
from sluse.organizations.models import Organization, User
from sluse.sync import activity, passes, progress, reconciled, runs
from sluse.sync.models import Reconciliation, Run
from sluse.sync.progress import Progress
from sluse.web import chart, health, run_words, screen, state

RUNS_SHOWN = 5


@require_safe
@screen.signed_in
def page(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.READ)
    now = timezone.now()
    context = {
        "can_administer": access.administers(user=user, organization=organization),
        "chart": chart.of(activity.days(organization=organization, now=now)),
        **_figures(organization, now),
    }
    return screen.render(request, "web/status/page.html", context, organization=organization)


@require_safe
@screen.signed_in
def current(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    """What has changed since the page was made: nothing (204), the progress, or all figures once a run has ended.

    `seen` is the run the page shows, `is_running` whether it shows it as under way, `milestone` the last one read aloud.
    """
    organization = access.organization_for(user=user, slug=slug, right=Right.READ)
    now = timezone.now()
    run = passes.unfinished(organization_id=organization.pk)
    latest = run or runs.list_runs(organization=organization).first()
    was_running = request.GET.get("is_running") == "yes"
    if run is None and not was_running and request.GET.get("seen", "") == str(latest.pk if latest else ""):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    context = {
        "can_administer": access.administers(user=user, organization=organization),
        "is_turned": was_running is (run is None),
        **_figures(organization, now),
    }
    milestone = request.GET.get("milestone", "")
    context["spoken"] = _spoken(context["progress"], latest, milestone, context["row"].connector_label)
    return screen.render(request, "web/status/current.html", context, organization=organization)


def _spoken(under_way: Progress | None, latest: Run | None, milestone: str, system: str) -> str:
    """What the live region says: a quarter that is new, or that it has ended; else nothing, lest it be read twice."""
    if under_way:
        if str(under_way.milestone) == milestone:
            return ""
        sentence = _("%(done)s of %(all)s done.")
        return sentence % {"done": under_way.done, "all": under_way.total}
    return run_words.ended(latest, system) if latest else ""


def _figures(organization: Organization, now: datetime) -> dict[str, Any]:
    latest = list(runs.list_runs(organization=organization)[:RUNS_SHOWN])
    under_way = next((run for run in latest if not run.is_finished), None)
    return {
        **state.of(organization, now),
        "credentials_left": rotation.days_left(organization=organization, now=now),
        "comparison": _troubled(reconciled.list_of(organization=organization).first()),
        "latest": latest[0] if latest else None,
        "progress": progress.of_run(run=under_way) if under_way else None,
        "runs": [(run, health.OUTCOME[run.outcome]) for run in latest],
    }


def _troubled(row: Reconciliation | None) -> Reconciliation | None:
    """The latest comparison, where somebody should look at it."""
    return row if row and row.outcome != Reconciliation.Outcome.EQUAL else None
