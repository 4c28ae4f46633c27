"""Comparisons with the accounting system: the latest or an earlier one, as a page and as a file, and one made now."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sluse.connectors import configure
from sluse.organizations import access
from sluse.organizations.access import Right
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import User
from sluse.sync import asking, reconciled, reconciliation_export
from sluse.sync.models import Difference, Reconciliation
from sluse.web import screen
from sluse.web.health import Look
from sluse.web.reconciliation_words import OUTCOME, WHAT_TO_DO

EARLIER_SHOWN = 20
DIFFERENCES_SHOWN = 500
"""The file has all of them."""


@require_safe
@screen.signed_in
def page(request: HttpRequest, user: User, *, slug: str, number: UUID | None = None) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.READ_LOG)
    rows = list(reconciled.list_of(organization=organization)[:EARLIER_SHOWN])
    newest = rows[0] if rows else None
    row = reconciled.get(organization=organization, number=number) if number else newest
    differences = _differences(row) if row else []
    context = {
        "row": row,
        "look": _look(row) if row else None,
        "is_newest": row == newest,
        "groups": _grouped(differences[:DIFFERENCES_SHOWN]),
        "left_out": max(len(differences) - DIFFERENCES_SHOWN, 0),
        "difference_ore": row.ours_ore - row.theirs_ore if row else 0,
        "rows": [(one, _look(one)) for one in rows],
        "asked": asking.open_request(organization=organization),
        "has_connector": configure.find(organization=organization) is not None,
        "can_administer": access.administers(user=user, organization=organization),
    }
    return screen.render(request, "web/reconciliation/page.html", context, organization=organization)


@require_safe
@screen.signed_in
def file(
    request: HttpRequest,  # noqa: ARG001 - Django's call
    user: User,
    *,
    slug: str,
    number: UUID,
) -> StreamingHttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.READ_LOG)
    row = reconciled.get(organization=organization, number=number)
    response = StreamingHttpResponse(
        reconciliation_export.csv_lines(row), content_type="text/csv; charset=utf-8"
    )
    name = f"comparison-{organization.slug}-{row.created_at:%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "POST"])
@screen.signed_in
def compare(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    """Our postings with the accounting system, because a person asked. It reads only, so nothing is confirmed."""
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    back = reverse("web:reconciliation", args=[slug])
    if request.method == "GET":
        return screen.see_other(back)
    try:
        asking.request(organization=organization, actor=access.actor_of(user), now=timezone.now())
    except ConflictError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("The comparison has begun. You may leave this page; it goes on by itself.")
        )
    return screen.see_other(back)


@require_safe
@screen.signed_in
def under_way(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    """What the page asks for now and then: is it done?"""
    organization = access.organization_for(user=user, slug=slug, right=Right.READ_LOG)
    if asking.open_request(organization=organization):
        # An answer without content changes nothing on the page, so nothing is read aloud again.
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    newest = reconciled.list_of(organization=organization).first()
    context = {"organization": organization, "done": _look(newest) if newest else None}
    return render(request, "web/reconciliation/under_way.html", context)


def _differences(row: Reconciliation) -> list[Difference]:
    found = row.differences.select_related("posting").order_by("kind", "reference")
    return list(found[: DIFFERENCES_SHOWN + 1]) if row.outcome == row.Outcome.DIFFERENT else []


def _grouped(differences: list[Difference]) -> list[tuple[str | Promise, str | Promise, list[Difference]]]:
    """Name, what to do and rows of each kind that is there."""
    kinds = dict.fromkeys(one.kind for one in differences)
    return [
        (
            Difference.Kind(kind).label,
            WHAT_TO_DO[kind],
            [one for one in differences if one.kind == kind],
        )
        for kind in kinds
    ]


def _look(row: Reconciliation) -> Look:
    return OUTCOME[Reconciliation.Outcome(row.outcome)]
