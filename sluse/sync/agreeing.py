"""What two administrators must agree on, as people meet it: asked for, approved or rejected, carried out as it was asked."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sluse.audit.actor import SYSTEM, Actor
from sluse.connectors import configure
from sluse.gate import four_eyes, read, toggle
from sluse.gate.models import Approval
from sluse.organizations import access
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization, User
from sluse.vouchers import store


def fingerprint(*, organization: Organization) -> str:
    """Of what the switch would be turned on with: system, company, credentials (by number), settings and mapping."""
    row = configure.find(organization=organization)
    mapping = store.current(organization=organization)
    facts = [row.kind, row.settings, row.identity_version] if row else []
    return hashlib.sha256(json.dumps([facts, mapping.version], sort_keys=True).encode()).hexdigest()


def require_two(*, organization: Organization, reason: str, actor: Actor, now: datetime) -> bool:
    with transaction.atomic():
        four_eyes.lock(organization=organization)
        return four_eyes.require(organization=organization, reason=reason, actor=actor, now=now)


def ask_for_one(*, organization: Organization, reason: str, actor: Actor, now: datetime) -> Approval | None:
    """None when one is enough already."""
    with transaction.atomic():
        four_eyes.lock(organization=organization)
        if not four_eyes.is_required(organization=organization):
            return None
        return four_eyes.request(
            organization=organization,
            wanted=Approval.Wanted.ONE_IS_ENOUGH,
            switch_version=read.switch_of(organization=organization).version,
            fingerprint="",
            reason=reason,
            actor=actor,
            now=now,
        )


def reject(
    *, organization: Organization, approval_id: int, reason: str, actor: Actor, now: datetime
) -> Approval:
    """With a reason, which whoever asked can read in the log."""
    reason = toggle.checked_reason(reason)
    with transaction.atomic():
        four_eyes.lock(organization=organization)
        approval = four_eyes.of(organization=organization, approval_id=approval_id)
        four_eyes.check_decider(approval=approval, actor=actor, now=now)
        state = Approval.State.REJECTED
        four_eyes.end(approval=approval, state=state, reason=reason, actor=actor, now=now)
    return approval


def approve(
    *,
    organization: Organization,
    approval_id: int,
    actor: Actor,
    now: datetime,
    carry_out: Callable[[Approval], None],
) -> Approval:
    """`carry_out` turns the switch, in the transaction of the approval. What has changed since it was asked voids it, and
    that is kept although nothing was carried out."""
    with transaction.atomic():
        four_eyes.lock(organization=organization)
        approval = four_eyes.of(organization=organization, approval_id=approval_id)
        four_eyes.check_decider(approval=approval, actor=actor, now=now)
        problem = _stale_because(approval, organization)
        if problem:
            state = Approval.State.VOID
            four_eyes.end(approval=approval, state=state, reason=problem, actor=SYSTEM, now=now)
        else:
            state = Approval.State.APPROVED
            four_eyes.end(approval=approval, state=state, reason="", actor=actor, now=now)
            if approval.wanted == Approval.Wanted.ENABLE:
                carry_out(approval)
            else:
                four_eyes.set_required(
                    organization=organization, required=False, reason=approval.reason, actor=actor, now=now
                )
    if problem:
        raise ConflictError(problem, code="approval_void")
    return approval


def _stale_because(approval: Approval, organization: Organization) -> str:
    asked_by = User.objects.filter(pk=approval.requested_by_id, is_active=True).first()
    if asked_by is None or not access.administers(user=asked_by, organization=organization):
        return _("Whoever asked is no administrator any more. The request has ended.")
    if approval.wanted != Approval.Wanted.ENABLE:
        return ""
    is_same = approval.switch_version == read.switch_of(organization=organization).version
    if not is_same or approval.fingerprint != fingerprint(organization=organization):
        return _("The switch or the settings changed after this was asked for. Look again, and ask anew.")
    return ""
