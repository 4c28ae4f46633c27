"""Runs: started by hand, tried dry, and looked at."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any
from uuid import UUID

from ninja import Router

from sluse.api import pages, records
from sluse.api.caller import AskedOf, OrganizationDoor
from sluse.api.calls import Answer, call
from sluse.organizations import keyset
from sluse.organizations.access import Right
from sluse.sync import preview, runs
from sluse.sync.models import Run
from sluse.vouchers.voucher import Voucher, VoucherLine, kroner

router = Router(tags=["Runs"])

READER = OrganizationDoor("sync:run", "log:read", right=Right.READ)


@call(
    router,
    "POST",
    "/organizations/{org}/sync-runs",
    door=OrganizationDoor("sync:run", right=Right.ADMINISTER),
    summary="Start a run, or show with dry_run what it would send",
    answers={HTTPStatus.OK: records.DryRun, HTTPStatus.ACCEPTED: records.Run},
    refusals={HTTPStatus.CONFLICT: "no_connector, connector_disabled, hold_active, sync_already_running"},
)
def start(asked: AskedOf, *, run: records.NewRun) -> Answer:
    """A dry run sends nothing, so it asks nothing of the switch."""
    if run.dry_run:
        return Answer(content=_dry_run(preview.dry_run(organization=asked.organization)))
    started = runs.start_manual(organization=asked.organization, actor=asked.actor, now=asked.now)
    location = f"/api/v1/organizations/{asked.organization.slug}/sync-runs/{started.pk}"
    return Answer(content=_shape(started), status=HTTPStatus.ACCEPTED, headers={"Location": location})


@call(
    router,
    "GET",
    "/organizations/{org}/sync-runs",
    door=READER,
    summary="List runs, newest first",
    answers={HTTPStatus.OK: records.Runs},
)
def listing(asked: AskedOf, *, cursor: pages.Cursor = "", limit: pages.Limit = pages.LIMIT) -> Answer:
    rows = runs.list_runs(organization=asked.organization)
    return Answer(
        content=pages.page(rows=rows, order=keyset.NEWEST, cursor=cursor, limit=limit, present=_shape)
    )


@call(
    router,
    "GET",
    "/organizations/{org}/sync-runs/{run_id}",
    door=READER,
    summary="Show one run",
    answers={HTTPStatus.OK: records.Run},
)
def show(asked: AskedOf, *, run_id: UUID) -> Answer:
    return Answer(content=_shape(runs.get_run(organization=asked.organization, run_id=run_id)))


def _shape(run: Run) -> dict[str, Any]:
    return {
        "id": str(run.pk),
        "trigger": run.trigger,
        "by": run.by_name,
        "by_id": run.by_id,
        "created_at": run.created_at,
        "started": run.started_at,
        "finished": run.finished_at,
        "total": run.total,
        "posted": run.posted,
        "delivered": run.delivered,
        "failed": run.failed,
        "unknown": run.unknown,
        "posted_total": str(kroner(run.posted_ore)),
        "outcome": run.outcome or None,
        "reason": run.reason,
    }


def _dry_run(tried: preview.DryRun) -> dict[str, Any]:
    return {
        "dry_run": True,
        "ready": tried.ready,
        "refused": len(tried.items) - tried.ready,
        "total": str(kroner(tried.total_ore)),
        "items": [_item(item) for item in tried.items],
    }


def _item(item: preview.Item) -> dict[str, Any]:
    return {
        "posting_id": str(item.posting.pk),
        "external_id": item.posting.external_id,
        "total": str(kroner(item.posting.total_ore)),
        "voucher": _voucher(item.voucher) if item.voucher else None,
        "problems": [asdict(problem) for problem in item.problems],
    }


def _voucher(voucher: Voucher) -> dict[str, Any]:
    return {
        "reference": voucher.reference,
        "claimant_number": voucher.claimant_number,
        "currency": voucher.currency,
        "posting_date": voucher.posting_date.isoformat(),
        "document_date": voucher.document_date.isoformat(),
        "text": voucher.text,
        "lines": [_line(line) for line in voucher.lines],
    }


def _line(line: VoucherLine) -> dict[str, Any]:
    return {
        "account": line.account,
        "amount": str(line.amount),
        "text": line.text,
        "date": line.date.isoformat(),
        "vat_code": line.vat_code,
        "dimensions": dict(line.dimensions),
    }
