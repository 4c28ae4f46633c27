"""What two administrators must agree on, where an organization wants it."""

from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from ninja import Router

from sluse.api import schemas
from sluse.api.caller import AskedOf, OrganizationDoor
from sluse.api.calls import Answer, call
from sluse.gate import four_eyes
from sluse.gate.models import Approval
from sluse.organizations.access import Right
from sluse.organizations.errors import NotFoundError
from sluse.sync import agreeing, switching

router = Router(tags=["Switch"])

READER = OrganizationDoor("connector:read", "switch:write", right=Right.READ)
WRITER = OrganizationDoor("switch:write", right=Right.ADMINISTER)
ENDED = "approval_ended, approval_void, not_ready, no_connector"
NUMBER_DIGITS_MAX = 18


@call(
    router,
    "GET",
    "/organizations/{org}/four-eyes",
    door=READER,
    summary="Must two administrators agree to turn on? And what waits for the second one",
    answers={HTTPStatus.OK: schemas.FourEyes},
)
def show(asked: AskedOf) -> Answer:
    return _state(asked)


@call(
    router,
    "PUT",
    "/organizations/{org}/four-eyes",
    door=WRITER,
    summary="Require two administrators at once; or ask a second one to let one be enough",
    answers={HTTPStatus.OK: schemas.FourEyes, HTTPStatus.ACCEPTED: schemas.FourEyes},
    refusals={HTTPStatus.UNPROCESSABLE_ENTITY: "invalid, reason_required"},
)
def decided(asked: AskedOf, *, wish: schemas.FourEyesWish) -> Answer:
    facts: dict[str, Any] = {
        "organization": asked.organization,
        "reason": wish.reason,
        "actor": asked.actor,
        "now": asked.now,
    }
    if wish.required:
        agreeing.require_two(**facts)
        return _state(asked)
    waits = agreeing.ask_for_one(**facts) is not None
    return _state(asked, status=HTTPStatus.ACCEPTED if waits else HTTPStatus.OK)


@call(
    router,
    "POST",
    "/organizations/{org}/approvals/{approval_id}/approve",
    door=WRITER,
    summary="Agree, as a second administrator; what was asked for is carried out",
    answers={HTTPStatus.OK: schemas.Approval},
    refusals={HTTPStatus.CONFLICT: ENDED, HTTPStatus.FORBIDDEN: "forbidden, scope_missing, own_request"},
)
def approved(asked: AskedOf, *, approval_id: str) -> Answer:
    number = _number(approval_id)
    switching.approve(organization=asked.organization, approval_id=number, actor=asked.actor, now=asked.now)
    return Answer(content=shape(four_eyes.of(organization=asked.organization, approval_id=number)))


@call(
    router,
    "POST",
    "/organizations/{org}/approvals/{approval_id}/reject",
    door=WRITER,
    summary="Refuse, as a second administrator, with a reason",
    answers={HTTPStatus.OK: schemas.Approval},
    refusals={
        HTTPStatus.CONFLICT: "approval_ended",
        HTTPStatus.FORBIDDEN: "forbidden, scope_missing, own_request",
        HTTPStatus.UNPROCESSABLE_ENTITY: "invalid, reason_required",
    },
)
def rejected(asked: AskedOf, *, approval_id: str, because: schemas.Because) -> Answer:
    approval = agreeing.reject(
        organization=asked.organization,
        approval_id=_number(approval_id),
        reason=because.reason,
        actor=asked.actor,
        now=asked.now,
    )
    return Answer(content=shape(approval))


def shape(approval: Approval) -> dict[str, Any]:
    return {
        "id": str(approval.pk),
        "wanted": approval.wanted,
        "state": approval.state,
        "reason": approval.reason,
        "version": approval.switch_version,
        "requested_by": approval.requested_by_name,
        "requested_at": approval.requested_at,
        "expires_at": approval.expires_at,
        "decided_by": approval.decided_by_name or None,
        "decided_at": approval.decided_at,
        "decided_reason": approval.decided_reason or None,
    }


def _number(approval_id: str) -> int:
    if not (approval_id.isdecimal() and approval_id.isascii() and len(approval_id) <= NUMBER_DIGITS_MAX):
        raise NotFoundError(_("There is no such request."))
    return int(approval_id)


def _state(asked: AskedOf, *, status: int = HTTPStatus.OK) -> Answer:
    waiting = four_eyes.open_requests(organization=asked.organization, now=asked.now)
    content = {
        "required": four_eyes.is_required(organization=asked.organization),
        "approvals": [shape(approval) for approval in waiting],
    }
    return Answer(content=content, status=status)
