"""Comparisons of our postings with the accounting system."""

from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from ninja import Router

from sluse.api import comparisons, pages
from sluse.api.caller import AskedOf, OrganizationDoor
from sluse.api.calls import Answer, call
from sluse.organizations import keyset
from sluse.organizations.access import Right
from sluse.sync import reconcile, reconciled, reconciliation_export
from sluse.sync.models import Difference, Reconciliation
from sluse.vouchers.voucher import kroner

router = Router(tags=["Reconciliations"])

READER = OrganizationDoor("sync:run", "log:read", right=Right.READ)


@call(
    router,
    "POST",
    "/organizations/{org}/reconciliations",
    door=OrganizationDoor("sync:run", right=Right.ADMINISTER),
    summary="Compare with the accounting system now, even while the switch is off; reads only",
    answers={HTTPStatus.CREATED: comparisons.Reconciliation},
    refusals={HTTPStatus.CONFLICT: "no_connector"},
)
def start(asked: AskedOf, *, wanted: comparisons.NewReconciliation) -> Answer:
    row = reconcile.now_for(
        organization=asked.organization, actor=asked.actor, now=asked.now, since=wanted.day()
    )
    location = f"/api/v1/organizations/{asked.organization.slug}/reconciliations/{row.pk}"
    return Answer(content=_whole(row), status=HTTPStatus.CREATED, headers={"Location": location})


@call(
    router,
    "GET",
    "/organizations/{org}/reconciliations",
    door=READER,
    summary="List comparisons, newest first",
    answers={HTTPStatus.OK: comparisons.Reconciliations},
)
def listing(asked: AskedOf, *, cursor: pages.Cursor = "", limit: pages.Limit = pages.LIMIT) -> Answer:
    rows = reconciled.list_of(organization=asked.organization)
    return Answer(
        content=pages.page(rows=rows, order=keyset.NEWEST, cursor=cursor, limit=limit, present=_shape)
    )


@call(
    router,
    "GET",
    "/organizations/{org}/reconciliations/{reconciliation_id}",
    door=READER,
    summary="Show one comparison with everything that differs",
    answers={HTTPStatus.OK: comparisons.Reconciliation},
)
def show(asked: AskedOf, *, reconciliation_id: UUID) -> Answer:
    return Answer(content=_whole(reconciled.get(organization=asked.organization, number=reconciliation_id)))


@call(
    router,
    "GET",
    "/organizations/{org}/reconciliations/{reconciliation_id}/differences.csv",
    door=READER,
    summary="Download what differs as CSV",
    answers={HTTPStatus.OK: None},
    produces="text/csv",
)
def as_csv(asked: AskedOf, *, reconciliation_id: UUID) -> StreamingHttpResponse:
    row = reconciled.get(organization=asked.organization, number=reconciliation_id)
    response = StreamingHttpResponse(
        reconciliation_export.csv_lines(row), content_type="text/csv; charset=utf-8"
    )
    name = f"reconciliation-{asked.organization.slug}-{date.isoformat(row.created_at.date())}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _whole(row: Reconciliation) -> dict[str, Any]:
    rows = row.differences.select_related("posting").order_by("kind", "reference")
    return _shape(row) | {"differences": [_difference(one) for one in rows]}


def _shape(row: Reconciliation) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "trigger": row.trigger,
        "by": row.by_name,
        "by_id": row.by_id,
        "since": row.since.isoformat(),
        "created_at": row.created_at,
        "finished_at": row.finished_at,
        "outcome": row.outcome,
        "ours": row.ours,
        "ours_total": str(kroner(row.ours_ore)),
        "theirs": row.theirs,
        "theirs_total": str(kroner(row.theirs_ore)),
        "rebuilt": row.rebuilt,
        "error": row.error,
    }


def _difference(one: Difference) -> dict[str, Any]:
    cells = reconciliation_export.cells(one)
    return {name: value or None for name, value in cells.items()} | {
        "kind": one.kind,
        "reference": one.reference,
        "posting_id": str(one.posting_id) if one.posting_id else None,
        "voucher_number": one.voucher_number or None,
    }
