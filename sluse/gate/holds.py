"""Opening and ending holds: each with its log row in the same transaction, and none touching another.

The breaker is the hold Sluse itself opens, when an accounting system refuses the credentials or has given no clear answer
for too long. It enables nothing, and only a person ends it.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.gate import notices, toggle
from sluse.gate.models import Hold
from sluse.organizations.errors import ConflictError, NotFoundError
from sluse.organizations.models import Organization


def of(*, organization: Organization, hold_id: int) -> Hold:
    """One of the organization's own. The platform's is not among them."""
    hold = Hold.objects.filter(organization=organization, pk=hold_id).first()
    if hold is None:
        raise NotFoundError(_("There is no such hold."))
    return hold


def trip_breaker(
    *, organization: Organization, reason: str, actor: Actor, connector_kind: str, now: datetime
) -> bool:
    """False when it is open already: its first reason stands. The administrators get a mail."""
    with transaction.atomic():
        if _open_breaker(organization) is not None:
            return False
        reason = reason or _("The accounting system refused the connection.")
        hold = Hold(
            organization=organization,
            kind=Hold.Kind.BREAKER,
            reason=reason,
            since=now,
            by_id=actor.id,
            by_name=actor.name,
        )
        hold.save(force_insert=True)
        log(hold, organization, "breaker_opened", reason, actor, connector_kind, now)
        transaction.on_commit(lambda: notices.breaker_opened(organization=organization, reason=reason))
    return True


def end_breaker(
    *, organization: Organization, actor: Actor, connector_kind: str, now: datetime, reason: str = ""
) -> bool:
    """Ends this hold and no other; enables nothing. Without a reason it is that a connection test passed."""
    with transaction.atomic():
        hold = _open_breaker(organization)
        if hold is None:
            return False
        _end(hold, organization, actor, reason or _("A connection test passed."), connector_kind, now)
    return True


def end(
    *,
    organization: Organization,
    hold_id: int,
    reason: str,
    actor: Actor,
    connector_kind: str,
    now: datetime,
) -> Hold:
    """A window is cancelled, or ended before its time; a breaker is cleared."""
    reason = toggle.checked_reason(reason)
    with transaction.atomic():
        lock(organization=organization)
        hold = of(organization=organization, hold_id=hold_id)
        if hold.ended_at is not None or (hold.ends_at is not None and hold.ends_at <= now):
            raise ConflictError(_("This hold has ended already. Nothing was changed."), code="hold_ended")
        _end(hold, organization, actor, reason, connector_kind, now)
    return hold


def lock(*, organization: Organization) -> None:
    """Whoever changes the holds of an organization takes turns on its row."""
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)


def log(
    hold: Hold,
    organization: Organization,
    new_state: str,
    reason: str,
    actor: Actor,
    connector_kind: str,
    now: datetime,
) -> None:
    record.record(entry(hold, organization, new_state, reason, actor, connector_kind, now))


def entry(
    hold: Hold,
    organization: Organization,
    new_state: str,
    reason: str,
    actor: Actor,
    connector_kind: str,
    now: datetime,
) -> record.NewEntry:
    """The database looks for the hold's number and this state when the transaction commits."""
    return record.NewEntry(
        organization_id=organization.pk,
        organization_slug=organization.slug,
        type=Type.HOLD,
        actor=actor,
        at=now,
        connector_kind=connector_kind,
        new_state=new_state,
        reason=reason,
        details={"hold": hold.pk, **_times(hold)},
    )


def _open_breaker(organization: Organization) -> Hold | None:
    lock(organization=organization)
    return Hold.objects.filter(organization=organization, kind=Hold.Kind.BREAKER, ended_at=None).first()


def _end(
    hold: Hold, organization: Organization, actor: Actor, reason: str, connector_kind: str, now: datetime
) -> None:
    mark_ended(hold=hold, actor=actor, reason=reason, now=now)
    new_state = (
        "window_cancelled" if hold.kind == Hold.Kind.WINDOW and now < hold.since else f"{hold.kind}_ended"
    )
    log(hold, organization, new_state, reason, actor, connector_kind, now)


def mark_ended(*, hold: Hold, actor: Actor, reason: str, now: datetime) -> None:
    hold.ended_at, hold.ended_reason = now, reason
    hold.ended_by_id, hold.ended_by_name = actor.id, actor.name
    hold.save(update_fields=["ended_at", "ended_reason", "ended_by_id", "ended_by_name"])


def _times(hold: Hold) -> dict[str, Any]:
    if hold.kind != Hold.Kind.WINDOW:
        return {}
    return {"starts": hold.starts_local, "ends": hold.ends_local, "time_zone": hold.time_zone}
