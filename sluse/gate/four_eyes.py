"""Two administrators for turning on, where an organization wants it. Turning off never waits for anyone.

A request is carried out exactly as it was asked for, or not at all: another version of the switch, or other settings, void
it. To ask for less than two pairs of eyes takes two pairs of eyes as well.
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import SYSTEM, Actor
from sluse.audit.models import Type
from sluse.gate import holds, toggle
from sluse.gate.models import Approval, FourEyes
from sluse.organizations.errors import ConflictError, ForbiddenError, NotFoundError
from sluse.organizations.models import Organization

APPROVAL_HOURS = 24
"""A colleague who is away today can decide tomorrow; a forgotten request cannot be carried out next month."""
REQUIRED, ENOUGH = "two_required", "one_is_enough"


def is_required(*, organization: Organization) -> bool:
    return FourEyes.objects.filter(organization=organization, required=True).exists()


def open_requests(*, organization: Organization, now: datetime) -> QuerySet[Approval]:
    approvals = Approval.objects.filter(organization=organization, state=Approval.State.OPEN)
    return approvals.filter(expires_at__gt=now).order_by("requested_at")


def of(*, organization: Organization, approval_id: int) -> Approval:
    approval = Approval.objects.filter(organization=organization, pk=approval_id).first()
    if approval is None:
        raise NotFoundError(_("There is no such request."))
    return approval


def require(*, organization: Organization, reason: str, actor: Actor, now: datetime) -> bool:
    """One is enough to ask for more care. False when it was so already. Inside a transaction, the organization locked."""
    reason = toggle.checked_reason(reason)
    if is_required(organization=organization):
        return False
    set_required(organization=organization, required=True, reason=reason, actor=actor, now=now)
    return True


def request(
    *,
    organization: Organization,
    wanted: Approval.Wanted,
    switch_version: int,
    fingerprint: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Approval:
    """The one that is open already, if it is about the same. Inside a transaction, the organization locked."""
    reason = toggle.checked_reason(reason)
    found = Approval.objects.filter(
        organization=organization, wanted=wanted, state=Approval.State.OPEN
    ).first()
    same = found and (found.switch_version, found.fingerprint) == (switch_version, fingerprint)
    if found is not None and same and now < found.expires_at:
        return found
    if found is not None:
        end(approval=found, state=Approval.State.VOID, reason="", actor=SYSTEM, now=now)
    approval = Approval.objects.create(
        organization=organization,
        wanted=wanted,
        switch_version=switch_version,
        fingerprint=fingerprint,
        reason=reason,
        requested_by_id=actor.id,
        requested_by_name=actor.name,
        requested_at=now,
        expires_at=now + timedelta(hours=APPROVAL_HOURS),
    )
    _log(approval, "requested", reason, actor, now)
    return approval


def check_decider(*, approval: Approval, actor: Actor, now: datetime) -> None:
    if approval.state != Approval.State.OPEN or approval.expires_at <= now:
        raise ConflictError(
            _("This request is not open any more. Nothing was changed."), code="approval_ended"
        )
    if approval.requested_by_id == actor.id:
        detail = _("Whoever asked cannot decide. Another administrator must.")
        raise ForbiddenError(detail, code="own_request")


def end(*, approval: Approval, state: Approval.State, reason: str, actor: Actor, now: datetime) -> None:
    approval.state, approval.decided_at, approval.decided_reason = state, now, reason
    approval.decided_by_id, approval.decided_by_name = actor.id, actor.name
    approval.save(update_fields=["state", "decided_at", "decided_reason", "decided_by_id", "decided_by_name"])
    _log(approval, state.value, reason or approval.reason, actor, now)


def set_required(
    *, organization: Organization, required: bool, reason: str, actor: Actor, now: datetime
) -> None:
    facts = {"required": required, "since": now, "by_id": actor.id, "by_name": actor.name}
    FourEyes.objects.update_or_create(organization=organization, defaults=facts)
    entry = _entry(organization, REQUIRED if required else ENOUGH, reason, actor, now)
    record.record(entry)


def lock(*, organization: Organization) -> None:
    holds.lock(organization=organization)


def _log(approval: Approval, new_state: str, reason: str, actor: Actor, now: datetime) -> None:
    details = {"approval": approval.pk, "wanted": approval.wanted, "version": approval.switch_version}
    record.record(_entry(approval.organization, new_state, reason, actor, now, details))


def _entry(
    organization: Organization,
    new_state: str,
    reason: str,
    actor: Actor,
    now: datetime,
    details: dict[str, object] | None = None,
) -> record.NewEntry:
    return record.NewEntry(
        organization_id=organization.pk,
        organization_slug=organization.slug,
        type=Type.APPROVAL,
        actor=actor,
        at=now,
        new_state=new_state,
        reason=reason,
        details=details or {},
    )
