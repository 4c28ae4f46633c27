"""New credentials while the switch is on, with what runs and the breaker have to say about them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sluse.audit.actor import SYSTEM, Actor
from sluse.connectors import rotation
from sluse.connectors.check import Report
from sluse.connectors.models import Connector
from sluse.gate import holds, notices
from sluse.organizations.models import Organization


def put_next(
    *,
    organization: Organization,
    credentials: Mapping[str, Any],
    expires_on: date | None,
    actor: Actor,
    now: datetime,
) -> None:
    rotation.set_next(
        organization=organization, credentials=credentials, expires_on=expires_on, actor=actor, now=now
    )


def test_next(*, organization: Organization, actor: Actor, now: datetime) -> Report:
    return rotation.test_next(organization=organization, actor=actor, now=now)


def swap(*, organization: Organization, actor: Actor, now: datetime) -> None:
    """Ends a breaker that the old credentials opened, as a passed test does; turns no switch."""
    with transaction.atomic():
        holds.lock(organization=organization)
        row = rotation.swap(organization=organization, actor=actor, now=now)
        reason = _("New credentials that passed their test were taken into use.")
        holds.end_breaker(
            organization=organization, actor=actor, connector_kind=row.kind, now=now, reason=reason
        )


def after_success(*, used: Connector, now: datetime) -> None:
    if used.previous_credentials:
        rotation.settle(used=used, now=now)


def after_refusal(*, organization: Organization, used: Connector, reason: str, now: datetime) -> None:
    """Which credentials were refused decides what is done: those that were replaced meanwhile need nothing, new ones without
    a success give way to the old, and for any other the breaker opens."""
    if not Connector.objects.filter(pk=used.pk, identity_version=used.identity_version).exists():
        return
    if rotation.fall_back(used=used, reason=reason, now=now):
        notices.rotation_undone(organization=organization, reason=reason)
        return
    holds.trip_breaker(
        organization=organization, reason=reason, actor=SYSTEM, connector_kind=used.kind, now=now
    )
