"""The sync log, newest first, and as CSV of exactly the same filter."""

from enum import StrEnum
from http import HTTPStatus
from typing import Annotated
from zoneinfo import ZoneInfo

from django.http import StreamingHttpResponse
from ninja import Query, Router

from sluse.api import moments, pages, records
from sluse.api.caller import AskedOf, OrganizationDoor
from sluse.api.calls import Answer, call
from sluse.audit import export
from sluse.audit.models import Entry, EntryQuerySet, Type
from sluse.organizations import keyset
from sluse.organizations.access import Right

router = Router(tags=["Sync log"])

READER = OrganizationDoor("log:read", right=Right.READ_LOG)
ROWS_AT_ONCE = 2_000


class Outcome(StrEnum):
    OK = "ok"
    ERROR = "error"


Since = Annotated[str, Query(alias="from", description="An instant, or a day in the organization's zone.")]
Until = Annotated[str, Query(alias="to", description="An instant (not included), or a day (included).")]


@call(
    router,
    "GET",
    "/organizations/{org}/sync-log",
    door=READER,
    summary="Read the sync log, newest first",
    answers={HTTPStatus.OK: records.LogEntries},
)
def listing(
    asked: AskedOf,
    *,
    type: Type | None = None,  # noqa: A002 - the contract's name for it
    status: Outcome | None = None,
    since: Since = "",
    until: Until = "",
    cursor: pages.Cursor = "",
    limit: pages.Limit = pages.LIMIT,
) -> Answer:
    return Answer(
        content=pages.page(
            rows=_entries(asked, type, status, since, until),
            order=keyset.NEWEST_ENTRY,
            cursor=cursor,
            limit=limit,
            present=export.as_row,
        )
    )


@call(
    router,
    "GET",
    "/organizations/{org}/sync-log.csv",
    door=READER,
    summary="Download the sync log as CSV",
    answers={HTTPStatus.OK: None},
    produces="text/csv",
)
def as_csv(
    asked: AskedOf,
    *,
    type: Type | None = None,  # noqa: A002 - as above
    status: Outcome | None = None,
    since: Since = "",
    until: Until = "",
) -> StreamingHttpResponse:
    entries = _entries(asked, type, status, since, until)
    lines = export.csv_lines(entries.iterator(chunk_size=ROWS_AT_ONCE))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"sync-log-{asked.organization.slug}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _entries(
    asked: AskedOf, kind: Type | None, status: Outcome | None, since: str, until: str
) -> EntryQuerySet:
    zone = ZoneInfo(asked.organization.time_zone)
    return Entry.objects.of(organization_id=asked.organization.pk).filtered(
        type=kind.value if kind else "",
        status=status.value if status else "",
        since=moments.since(text=since, zone=zone),
        until=moments.until(text=until, zone=zone),
    )
