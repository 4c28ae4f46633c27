"""Opening and ending the breaker: the hold Sluse itself opens when an accounting system refuses the credentials."""

from datetime import datetime

from django.db import transaction

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.gate.models import Hold
from sluse.organizations.models import Organization


def trip_breaker(
    *, organization: Organization, reason: str, actor: Actor, connector_kind: str, now: datetime
) -> bool:
    """False when it is open already: its first reason stands."""
    with transaction.atomic():
        hold = Hold(
            organization=organization,
            kind=Hold.Kind.BREAKER,
            reason=reason,
            since=now,
            by_id=actor.id,
            by_name=actor.name,
        )
        if _open_breaker(organization) is not None:
            return False
        hold.save(force_insert=True)
        _log(organization, "breaker_opened", reason, actor, connector_kind, now)
    return True


def end_breaker(*, organization: Organization, actor: Actor, connector_kind: str, now: datetime) -> bool:
    """Ends this hold and no other; enables nothing."""
    with transaction.atomic():
        hold = _open_breaker(organization)
        if hold is None:
            return False
        hold.ended_at = now
        hold.save(update_fields=["ended_at"])
        _log(organization, "breaker_ended", hold.reason, actor, connector_kind, now)
    return True


def _open_breaker(organization: Organization) -> Hold | None:
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    return Hold.objects.filter(organization=organization, kind=Hold.Kind.BREAKER, ended_at=None).first()


def _log(
    organization: Organization, new_state: str, reason: str, actor: Actor, connector_kind: str, now: datetime
) -> None:
    record.record(
        record.NewEntry(
            organization_id=organization.pk,
            organization_slug=organization.slug,
            type=Type.HOLD,
            actor=actor,
            at=now,
            connector_kind=connector_kind,
            new_state=new_state,
            reason=reason,
        )
    )
