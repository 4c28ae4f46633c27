"""Holds: an organization's maintenance windows and breaker, and the stop of the whole platform."""

from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from ninja import Router

from sluse.api import pages, schemas
from sluse.api.caller import Asked, AskedOf, OrganizationDoor, PlatformDoor
from sluse.api.calls import Answer, call
from sluse.gate import read
from sluse.gate.models import Hold
from sluse.organizations.access import Right
from sluse.organizations.errors import NotFoundError
from sluse.sync import holding

router = Router(tags=["Holds"])

READER = OrganizationDoor("connector:read", right=Right.READ)
WRITER = OrganizationDoor("connector:write", right=Right.ADMINISTER)
PLATFORM = PlatformDoor("platform")
NEWEST = ("-since", "-id")
WRONG = "invalid, reason_required"
NUMBER_DIGITS_MAX = 18


@call(
    router,
    "GET",
    "/organizations/{org}/holds",
    door=READER,
    summary="List what holds, held or will hold, latest first",
    answers={HTTPStatus.OK: schemas.Holds},
)
def listing(asked: AskedOf, *, cursor: pages.Cursor = "", limit: pages.Limit = pages.LIMIT) -> Answer:
    rows = holding.list_holds(organization=asked.organization)
    page = pages.page(
        rows=rows, order=NEWEST, cursor=cursor, limit=limit, present=lambda hold: _shape(hold, asked)
    )
    return Answer(content=page)


@call(
    router,
    "POST",
    "/organizations/{org}/holds",
    door=WRITER,
    summary="Plan a maintenance window",
    answers={HTTPStatus.CREATED: schemas.HoldRow},
    refusals={HTTPStatus.CONFLICT: "too_many_windows", HTTPStatus.UNPROCESSABLE_ENTITY: WRONG},
)
def planned(asked: AskedOf, *, window: schemas.NewWindow) -> Answer:
    hold = holding.plan_window(
        organization=asked.organization, actor=asked.actor, now=asked.now, **window.model_dump()
    )
    return Answer(content=_shape(hold, asked), status=HTTPStatus.CREATED)


@call(
    router,
    "PUT",
    "/organizations/{org}/holds/{hold_id}",
    door=WRITER,
    summary="Change a window; of one that has begun only the end",
    answers={HTTPStatus.OK: schemas.HoldRow},
    refusals={HTTPStatus.CONFLICT: "hold_ended", HTTPStatus.UNPROCESSABLE_ENTITY: WRONG},
)
def changed(asked: AskedOf, *, hold_id: str, window: schemas.NewWindow) -> Answer:
    hold = holding.change_window(
        organization=asked.organization,
        hold_id=_number(hold_id),
        actor=asked.actor,
        now=asked.now,
        **window.model_dump(),
    )
    return Answer(content=_shape(hold, asked))


@call(
    router,
    "POST",
    "/organizations/{org}/holds/{hold_id}/end",
    door=WRITER,
    summary="Cancel or end a window, or clear the breaker; ends no other hold and enables nothing",
    answers={HTTPStatus.OK: schemas.HoldRow},
    refusals={HTTPStatus.CONFLICT: "hold_ended", HTTPStatus.UNPROCESSABLE_ENTITY: WRONG},
)
def ended(asked: AskedOf, *, hold_id: str, because: schemas.Because) -> Answer:
    hold = holding.end_hold(
        organization=asked.organization,
        hold_id=_number(hold_id),
        reason=because.reason,
        actor=asked.actor,
        now=asked.now,
    )
    return Answer(content=_shape(hold, asked))


@call(
    router,
    "GET",
    "/platform/stop",
    door=PLATFORM,
    summary="Is the whole platform stopped?",
    answers={HTTPStatus.OK: schemas.PlatformStop},
)
def platform(asked: Asked) -> Answer:
    hold = read.platform_stop()
    return Answer(content={"stopped": hold is not None, "hold": _shape(hold, asked) if hold else None})


@call(
    router,
    "POST",
    "/platform/stop",
    door=PLATFORM,
    summary="Stop every organization's sending at once; waits for what is on the wire",
    answers={HTTPStatus.OK: schemas.PlatformStop},
    refusals={HTTPStatus.UNPROCESSABLE_ENTITY: WRONG},
)
def stopped(asked: Asked, *, because: schemas.Because) -> Answer:
    answer = holding.stop_platform(reason=because.reason, actor=asked.actor, now=asked.now)
    content = {"stopped": True, "hold": _shape(answer.hold, asked)}
    return Answer(content=content | {"changed": answer.changed, "in_flight": answer.in_flight})


@call(
    router,
    "POST",
    "/platform/stop/end",
    door=PLATFORM,
    summary="End the stop of the platform; every switch and every other hold stay as they are",
    answers={HTTPStatus.OK: schemas.PlatformStop},
    refusals={HTTPStatus.CONFLICT: "not_stopped", HTTPStatus.UNPROCESSABLE_ENTITY: WRONG},
)
def resumed(asked: Asked, *, because: schemas.Because) -> Answer:
    hold = holding.resume_platform(reason=because.reason, actor=asked.actor, now=asked.now)
    return Answer(content={"stopped": False, "hold": _shape(hold, asked), "changed": True})


def _number(hold_id: str) -> int:
    if not (hold_id.isdecimal() and hold_id.isascii() and len(hold_id) <= NUMBER_DIGITS_MAX):
        raise NotFoundError(_("There is no such hold."))
    return int(hold_id)


def _shape(hold: Hold, asked: Asked) -> dict[str, Any]:
    return {
        "id": str(hold.pk),
        "kind": hold.kind,
        "reason": hold.reason,
        "since": hold.since,
        "ends_at": hold.ends_at,
        "starts_local": hold.starts_local or None,
        "ends_local": hold.ends_local or None,
        "time_zone": hold.time_zone or None,
        "by": hold.by_name,
        "by_id": hold.by_id,
        "ended_at": hold.ended_at,
        "ended_by": hold.ended_by_name or None,
        "ended_reason": hold.ended_reason or None,
        "active": read.fact(hold).is_active(now=asked.now),
    }
