"""Many switches in one request, each on its own: one that is refused stops no other, and each has its row in the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from sluse.audit.actor import Actor
from sluse.connectors import configure
from sluse.gate import toggle
from sluse.gate.read import State
from sluse.organizations.errors import SluseError
from sluse.organizations.models import Organization
from sluse.sync import readiness, switching

ORGANIZATIONS_MAX = 200
"""One request turns so many; a longer list is turned in parts, each confirmed."""
WAIT_SECONDS = 0.2
"""Off is asked for at once everywhere; whoever still has a voucher on the wire is finished by the sweep."""


class Came(StrEnum):
    """What came of one of them."""

    CHANGED = "changed"
    CHANGING = "changing"
    ALREADY = "already"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`detail` says why, for one that was refused."""

    organization: Organization
    came: Came
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Before anybody decides: whom it changes (with the version of the switch that was seen), who is there already, and
    who cannot be turned on and why."""

    changes: list[tuple[Organization, int]]
    already: list[Organization]
    refused: list[Result]


def plan(*, organizations: Sequence[Organization], enable: bool, now: datetime) -> Plan:
    changes, already, refused = [], [], []
    wanted = State.ENABLED if enable else State.DISABLED
    for organization in organizations:
        switch = switching.show(organization=organization, now=now)
        missing = readiness.missing(organization=organization) if enable else []
        if switch.state is wanted:
            already.append(organization)
        elif missing:
            detail = " ".join(one.detail for one in missing)
            refused.append(Result(organization=organization, came=Came.REFUSED, detail=detail))
        else:
            changes.append((organization, switch.version))
    return Plan(changes=changes, already=already, refused=refused)


def disable(*, organizations: Sequence[Organization], reason: str, actor: Actor) -> list[Result]:
    return [_disable(organization, reason, actor) for organization in organizations]


def enable(
    *, organizations: Sequence[Organization], versions: Mapping[str, int], reason: str, actor: Actor
) -> list[Result]:
    """`versions` by slug: what the person saw when deciding. Whoever was turned meanwhile is refused."""
    return [_enable(one, versions.get(one.slug), reason, actor) for one in organizations]


def _disable(organization: Organization, reason: str, actor: Actor) -> Result:
    row = configure.find(organization=organization)
    change = toggle.disable(
        organization=organization,
        reason=reason,
        actor=actor,
        connector_kind=row.kind if row else "",
        now=timezone.now(),
        wait_seconds=WAIT_SECONDS,
    )
    if not change.changed:
        return Result(organization=organization, came=Came.ALREADY)
    is_off = change.switch.state is State.DISABLED
    return Result(organization=organization, came=Came.CHANGED if is_off else Came.CHANGING)


def _enable(organization: Organization, version: int | None, reason: str, actor: Actor) -> Result:
    try:
        answer = switching.enable(
            organization=organization, version=version, reason=reason, actor=actor, now=timezone.now()
        )
    except SluseError as refusal:
        return Result(organization=organization, came=Came.REFUSED, detail=str(refusal))
    if answer.approval is not None:
        detail = _("A second administrator must approve it.")
        return Result(organization=organization, came=Came.REFUSED, detail=detail)
    return Result(organization=organization, came=Came.CHANGED if answer.changed else Came.ALREADY)
