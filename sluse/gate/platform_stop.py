"""The stop of the whole platform: one hold over every organization, opened and ended by a global administrator.

Opening it is quick: from its commit on no permit is given. Only then is waited for what is on the wire, as when one
switch is turned off. Ending it ends this hold and nothing else: every switch stands as it stood, every other hold holds.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.gate import holds, lock, read, toggle
from sluse.gate.models import Hold, Switch
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """`changed` is False when it was stopped already. `in_flight`: organizations whose last request had no answer yet when
    the wait ran out."""

    hold: Hold
    changed: bool
    in_flight: int


def stop(*, reason: str, actor: Actor, now: datetime, wait_seconds: float) -> Stopped:
    """After it has returned with `in_flight` 0 no posting request of any organization starts or is on its way."""
    reason = toggle.checked_reason(reason)
    with transaction.atomic():
        _take_turns()
        hold, changed = read.platform_stop(), False
        if hold is None:
            hold, changed = _opened(reason, actor, now), True
            _log_everywhere(hold, "platform_stopped", reason, actor, now)
    return Stopped(hold=hold, changed=changed, in_flight=_wait_until_nothing_is_in_flight(wait_seconds))


def resume(*, reason: str, actor: Actor, now: datetime) -> Hold:
    reason = toggle.checked_reason(reason)
    with transaction.atomic():
        _take_turns()
        hold = read.platform_stop()
        if hold is None:
            raise ConflictError(_("The platform is not stopped. Nothing was changed."), code="not_stopped")
        holds.mark_ended(hold=hold, actor=actor, reason=reason, now=now)
        _log_everywhere(hold, "platform_resumed", reason, actor, now)
    return hold


def _take_turns() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [lock.PLATFORM_CLASS])


def _opened(reason: str, actor: Actor, now: datetime) -> Hold:
    hold = Hold(kind=Hold.Kind.PLATFORM, reason=reason, since=now, by_id=actor.id, by_name=actor.name)
    hold.save(force_insert=True)
    return hold


def _log_everywhere(hold: Hold, new_state: str, reason: str, actor: Actor, now: datetime) -> None:
    """The log is each organization's own, and each was stopped: each has its row."""
    kinds = dict(Switch.objects.values_list("organization_id", "connector_kind"))
    record.record_everywhere(
        [
            holds.entry(hold, organization, new_state, reason, actor, kinds.get(organization.pk, ""), now)
            for organization in Organization.objects.order_by("pk")
        ]
    )


def _wait_until_nothing_is_in_flight(wait_seconds: float) -> int:
    ends = time.monotonic() + wait_seconds
    enabled = Switch.objects.filter(enabled=True).order_by("organization_id")
    return sum(
        not _is_quiet(organization_id, max(0.05, ends - time.monotonic()))
        for organization_id in enabled.values_list("organization_id", flat=True)
    )


def _is_quiet(organization_id: int, wait_seconds: float) -> bool:
    """Had for a moment, the exclusive lock proves that nobody is sending; nobody begins, for the hold is committed."""
    try:
        with transaction.atomic():
            toggle.wait_until_nothing_is_in_flight(organization_id=organization_id, wait_seconds=wait_seconds)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        return False
    return True
