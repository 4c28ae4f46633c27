"""Turning the switch. Every change of state writes its log row in the same transaction; a no-op writes none.

Off happens in two steps, because what is on the wire cannot be called back. First the wish to stop is committed: from then
on no new request starts. Then the exclusive lock is waited for, which every request in flight holds shared, and only under
it the state becomes disabled.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.gate import lock, read
from sluse.gate.models import Switch
from sluse.gate.read import SwitchState
from sluse.organizations.errors import (
    ConflictError,
    FieldError,
    InvalidError,
    PreconditionFailedError,
    PreconditionRequiredError,
)
from sluse.organizations.models import Organization

REASON_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    switch: SwitchState
    changed: bool


def enable(
    *,
    organization: Organization,
    version: int | None,
    reason: str,
    actor: Actor,
    connector_kind: str,
    now: datetime,
) -> Change:
    """The caller has asked about readiness. `version` is the one the person saw when deciding."""
    reason = checked_reason(reason)
    with transaction.atomic():
        switch = locked(organization=organization)
        check_version(switch=switch, version=version)
        if switch.stop_requested_at:
            raise ConflictError(
                _("The connector is being switched off right now. Wait until it is off."), code="disabling"
            )
        if switch.enabled:
            return Change(switch=read.state_of(switch), changed=False)
        _set(switch, enabled=True, reason=reason, actor=actor, connector_kind=connector_kind, now=now)
        _log(organization, switch, "enabled")
    return Change(switch=read.state_of(switch), changed=True)


def disable(
    *,
    organization: Organization,
    reason: str,
    actor: Actor,
    connector_kind: str,
    now: datetime,
    wait_seconds: float,
) -> Change:
    """After it has returned no posting request starts.

    `disabling` means that one is still on the wire after `wait_seconds`.
    """
    reason = checked_reason(reason)
    is_enabled, is_ours = _request_stop(organization, reason, actor, now)
    if not is_enabled:
        return Change(switch=read.switch_of(organization=organization), changed=False)
    change = finish_stop(organization=organization, connector_kind=connector_kind, wait_seconds=wait_seconds)
    return Change(switch=change.switch, changed=is_ours)


def finish_stop(*, organization: Organization, connector_kind: str, wait_seconds: float) -> Change:
    """Carry out a stop that was asked for, in the name of whoever asked, once nothing is on the wire."""
    try:
        with transaction.atomic():
            wait_until_nothing_is_in_flight(organization_id=organization.pk, wait_seconds=wait_seconds)
            switch = locked(organization=organization)
            if switch.stop_requested_at is None:  # Somebody else finished it while we waited.
                return Change(switch=read.state_of(switch), changed=True)
            _set(
                switch,
                enabled=False,
                reason=switch.stop_reason,
                actor=Actor(id=switch.stop_requested_by_id, name=switch.stop_requested_by_name),
                connector_kind=connector_kind,
                now=timezone.now(),  # The moment it came true, not the moment it was asked for.
            )
            _log(organization, switch, "disabled")
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        return Change(switch=read.switch_of(organization=organization), changed=True)
    return Change(switch=read.state_of(switch), changed=True)


def wait_until_nothing_is_in_flight(*, organization_id: int, wait_seconds: float) -> None:
    """Inside a transaction, which then has the exclusive lock. Raises `OperationalError` when the wait runs out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{int(wait_seconds * 1000)}ms"])
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [lock.GATE_CLASS, organization_id])
        cursor.execute("SELECT set_config('lock_timeout', '0', true)")


def turn_off_at_once(
    *, organization: Organization, reason: str, actor: Actor, connector_kind: str, now: datetime
) -> bool:
    """In the caller's transaction, without waiting: for a database that must not be believed. Whoever is sending by it
    asks before the next request, and finds another version."""
    switch = locked(organization=organization)
    if not switch.enabled:
        return False
    _set(switch, enabled=False, reason=reason, actor=actor, connector_kind=connector_kind, now=now)
    _log(organization, switch, "disabled")
    return True


def checked_reason(reason: str) -> str:
    text = reason.strip()
    if 1 <= len(text) <= REASON_CHARACTERS_MAX:
        return text
    detail = _("Say why, in at most %(max)s characters. The reason is kept in the sync log.") % {
        "max": REASON_CHARACTERS_MAX
    }
    raise InvalidError(
        detail,
        code="reason_required",
        errors=[FieldError(path="reason", code="reason_required", detail=detail)],
    )


def check_version(*, switch: Switch, version: int | None) -> None:
    if version is None:
        raise PreconditionRequiredError(_("Say which version of the switch you looked at (If-Match)."))
    if version == switch.version:
        return
    detail = _(
        "%(who)s changed the switch while you were deciding. Nothing was changed now. Look at it again."
    )
    raise PreconditionFailedError(
        detail % {"who": switch.by_name or _("Somebody")},
        extra={"version": switch.version, "state": read.state_of(switch).state.value},
    )


def locked(*, organization: Organization) -> Switch:
    Switch.objects.bulk_create([Switch(organization=organization)], ignore_conflicts=True)
    return Switch.objects.select_for_update().get(organization=organization)


def _set(
    switch: Switch, *, enabled: bool, reason: str, actor: Actor, connector_kind: str, now: datetime
) -> None:
    switch.enabled = enabled
    switch.reason = reason
    switch.by_id, switch.by_name = actor.id, actor.name
    switch.connector_kind = connector_kind
    switch.since = now
    switch.stop_requested_at = None
    switch.stop_requested_by_id = switch.stop_requested_by_name = switch.stop_reason = ""
    fields = ["enabled", "reason", "by_id", "by_name", "connector_kind", "since"]
    stop_fields = ["stop_requested_at", "stop_requested_by_id", "stop_requested_by_name", "stop_reason"]
    switch.save(update_fields=fields + stop_fields)
    switch.refresh_from_db(fields=["version"])  # The database counts the changes.


def _request_stop(organization: Organization, reason: str, actor: Actor, now: datetime) -> tuple[bool, bool]:
    """Is there anything to stop, and is this the request that stops it? A second one leaves the first one\'s name."""
    with transaction.atomic():
        switch = locked(organization=organization)
        is_ours = switch.enabled and switch.stop_requested_at is None
        if is_ours:
            switch.stop_requested_at = now
            switch.stop_requested_by_id, switch.stop_requested_by_name = actor.id, actor.name
            switch.stop_reason = reason
            switch.save(
                update_fields=[
                    "stop_requested_at",
                    "stop_requested_by_id",
                    "stop_requested_by_name",
                    "stop_reason",
                ]
            )
        return switch.enabled, is_ours


def _log(organization: Organization, switch: Switch, new_state: str) -> None:
    assert switch.since is not None
    record.record(
        record.NewEntry(
            organization_id=organization.pk,
            organization_slug=organization.slug,
            type=Type.SWITCH,
            actor=Actor(id=switch.by_id, name=switch.by_name),
            at=switch.since,
            connector_kind=switch.connector_kind,
            new_state=new_state,
            reason=switch.reason,
            switch_version=switch.version,
            details={"version": switch.version},
        )
    )
