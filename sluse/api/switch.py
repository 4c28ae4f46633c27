"""The switch. Enabling names the version that was looked at; disabling is never refused for a stale one."""

import re
from http import HTTPStatus
from typing import Annotated, Any

from ninja import Header, Router

from sluse.api import approvals, schemas
from sluse.api.caller import AskedOf, OrganizationDoor
from sluse.api.calls import Answer, call
from sluse.organizations.access import Right
from sluse.sync import switching
from sluse.vouchers.voucher import kroner

router = Router(tags=["Switch"])

VERSION_FORM = re.compile(r'(?:W/)?"?([0-9]{1,18})"?')
NO_SUCH_VERSION = -1
IfMatch = Annotated[
    str, Header(alias="If-Match", description='The version looked at, as "3". Required to enable.')
]


@call(
    router,
    "GET",
    "/organizations/{org}/connector/switch",
    door=OrganizationDoor("connector:read", "switch:write", right=Right.READ),
    summary="Show the switch, what waits and what is unresolved",
    answers={HTTPStatus.OK: schemas.SwitchAnswer},
)
def show(asked: AskedOf) -> Answer:
    return _answer(switching.show(organization=asked.organization, now=asked.now))


@call(
    router,
    "PUT",
    "/organizations/{org}/connector/switch",
    door=OrganizationDoor("switch:write", right=Right.ADMINISTER),
    summary="Turn the switch on or off",
    answers={HTTPStatus.OK: schemas.SwitchAnswer, HTTPStatus.ACCEPTED: schemas.SwitchAnswer},
    refusals={
        HTTPStatus.CONFLICT: "not_ready, no_connector, disabling",
        HTTPStatus.PRECONDITION_FAILED: "stale_version",
        HTTPStatus.UNPROCESSABLE_ENTITY: "invalid, reason_required",
        HTTPStatus.PRECONDITION_REQUIRED: "version_required",
    },
)
def turn(asked: AskedOf, *, change: schemas.SwitchChange, if_match: IfMatch = "") -> Answer:
    if change.state == "disabled":
        return _answer(
            switching.disable(
                organization=asked.organization, reason=change.reason, actor=asked.actor, now=asked.now
            )
        )
    return _answer(
        switching.enable(
            organization=asked.organization,
            version=_version(if_match),
            reason=change.reason,
            actor=asked.actor,
            now=asked.now,
        )
    )


def _version(if_match: str) -> int | None:
    """Anything but a version of ours names one that never was, and so is stale."""
    if not if_match.strip():
        return None
    found = VERSION_FORM.fullmatch(if_match.strip())
    return int(found[1]) if found else NO_SUCH_VERSION


def _answer(switch: switching.SwitchAnswer) -> Answer:
    content: dict[str, Any] = {
        "state": switch.state.value,
        "version": switch.version,
        "since": switch.since,
        "by": switch.by,
        "by_id": switch.by_id,
        "reason": switch.reason,
        "changed": switch.changed,
        "pending": switch.pending,
        "pending_total": str(kroner(switch.backlog.pending_ore)),
        "unresolved": switch.unresolved,
        "delivered": switch.delivered,
        "unresolved_until": switch.unresolved_until,
        "next_run_at": switch.backlog.next_run_at,
        "approval": approvals.shape(switch.approval) if switch.approval else None,
    }
    status = HTTPStatus.ACCEPTED if switch.approval else HTTPStatus.OK
    return Answer(content=content, status=status, headers={"ETag": f'"{switch.version}"'})
