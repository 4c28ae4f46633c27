"""Organizations: created and listed by the platform, each shown to its own people."""

from http import HTTPStatus
from typing import Annotated, Any

from ninja import Router
from pydantic import Field

from sluse.api import pages, schemas
from sluse.api.caller import Asked, AskedOf, OrganizationDoor, PlatformDoor
from sluse.api.calls import Answer, call
from sluse.gate.read import State
from sluse.organizations import access, directory, keyset
from sluse.organizations.access import Right
from sluse.sync import overview
from sluse.sync.overview import Health, OverviewRow
from sluse.vouchers.voucher import kroner

router = Router(tags=["Organizations"])

Kind = Annotated[str, Field(description="A kind of connector, or `none`.")]
Status = Annotated[State | Health, Field(description="A state of the switch, or a health.")]


@call(
    router,
    "POST",
    "/organizations",
    door=PlatformDoor("platform"),
    summary="Create an organization",
    answers={HTTPStatus.CREATED: schemas.Organization},
    refusals={HTTPStatus.CONFLICT: "slug_taken"},
)
def create(asked: Asked, *, organization: schemas.NewOrganization) -> Answer:
    created = directory.create_organization(
        slug=organization.slug,
        name=organization.name,
        organization_number=organization.organization_number,
        time_zone=organization.time_zone,
        language=organization.language,
        actor=asked.actor,
        now=asked.now,
    )
    row = overview.row(organization=created, now=asked.now)
    return Answer(content=_shape(row), status=HTTPStatus.CREATED)


@call(
    router,
    "GET",
    "/organizations",
    door=PlatformDoor("platform"),
    summary="List organizations with connector, switch, health and queue",
    answers={HTTPStatus.OK: schemas.Organizations},
)
def listing(
    asked: Asked,
    *,
    connector: Kind = "",
    status: Status | None = None,
    cursor: pages.Cursor = "",
    limit: pages.Limit = pages.LIMIT,
) -> Answer:
    """The filters are of what is reckoned, so that the rows are cut to pages after them."""
    organizations = keyset.after(
        rows=access.organizations_of(user=asked.user), order=keyset.BY_NAME, cursor=cursor
    )
    rows = overview.rows(organizations=organizations, now=asked.now, connector=connector)
    chosen = [row for row in rows if status is None or status in {row.state.value, row.health.value}]
    shown = chosen[:limit]
    more = len(chosen) > limit
    return Answer(
        content={
            "items": [_shape(row) for row in shown],
            "next_cursor": keyset.cursor_of(row=shown[-1].organization, order=keyset.BY_NAME)
            if more
            else None,
        }
    )


@call(
    router,
    "GET",
    "/organizations/{org}",
    door=OrganizationDoor("connector:read", "platform", right=Right.READ),
    summary="Show one organization",
    answers={HTTPStatus.OK: schemas.Organization},
)
def show(asked: AskedOf) -> Answer:
    return Answer(content=_shape(overview.row(organization=asked.organization, now=asked.now)))


def _shape(row: OverviewRow) -> dict[str, Any]:
    return {
        "id": str(row.organization.pk),
        "slug": row.organization.slug,
        "name": row.organization.name,
        "organization_number": row.organization.organization_number,
        "connector_kind": row.connector_kind,
        "state": row.state.value,
        "health": row.health.value,
        "last_sync_at": row.last_sync_at,
        "last_outcome": row.last_outcome or None,
        "next_run_at": row.next_run_at,
        "pending": row.pending,
        "pending_total": str(kroner(row.pending_ore)),
        "delivered": row.delivered,
        "failed": row.failed,
        "unknown": row.unknown,
        "conflicts": row.conflicts,
        "holds": row.holds,
    }
