"""The hold of an organization whose database was restored from a backup. Only a person ends it, as any other hold."""

from datetime import datetime

from sluse.audit.actor import SYSTEM
from sluse.gate import holds, toggle
from sluse.gate.models import Hold
from sluse.organizations.models import Organization


def close(*, organization: Organization, reason: str, connector_kind: str, now: datetime) -> None:
    """In the caller's transaction: the switch is off and the hold is open afterwards, each with its log row."""
    toggle.turn_off_at_once(
        organization=organization, reason=reason, actor=SYSTEM, connector_kind=connector_kind, now=now
    )
    before = open_hold(organization=organization)
    if before is not None:
        holds.mark_ended(hold=before, actor=SYSTEM, reason=reason, now=now)
        holds.log(before, organization, "restore_ended", reason, SYSTEM, connector_kind, now)
    hold = Hold(
        organization=organization,
        kind=Hold.Kind.RESTORE,
        reason=reason,
        since=now,
        by_id=SYSTEM.id,
        by_name=SYSTEM.name,
    )
    hold.save(force_insert=True)
    holds.log(hold, organization, "restore_opened", reason, SYSTEM, connector_kind, now)


def open_hold(*, organization: Organization) -> Hold | None:
    return Hold.objects.filter(organization=organization, kind=Hold.Kind.RESTORE, ended_at=None).first()
