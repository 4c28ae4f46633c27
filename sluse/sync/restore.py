"""A database restored from a backup: everything off, and nothing believed that may have been sent since the backup.

The hold that is opened for each organization ends by an administrator's release alone, after the accounting system was
compared with us (see `reconcile`).
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import SYSTEM, Actor
from sluse.audit.models import Type
from sluse.connectors import registry
from sluse.connectors.models import Connector
from sluse.gate import holds, restored
from sluse.gate.models import Hold
from sluse.organizations import mail
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization
from sluse.sync import building, passes
from sluse.sync.models import Attempt, Posting, Reconciliation, Run, State

FIELDS = [
    "state",
    "held",
    "voucher",
    "voucher_hash",
    "number",
    "mapping_version",
    "reason_code",
    "reason_detail",
    "reason_link",
    "next_try_at",
]
OPEN = (State.PENDING, State.SENDING, State.UNKNOWN)
"""What was delivered, posted or refused before the backup is known; the others may have been sent after it."""
CODE = "restored"


def close_everything(*, now: datetime) -> None:
    """In the caller's transaction, so that all of it is so or none."""
    for row in Connector.objects.select_related("organization").order_by("organization"):
        with translation.override(row.organization.language):
            _close(row.organization, row.kind, now)


def release(*, organization: Organization, reason: str, actor: Actor, now: datetime) -> Hold:
    """Ends the hold and enables nothing."""
    hold = restored.open_hold(organization=organization)
    if hold is None:
        raise ConflictError(_("No restore is waiting to be released."), code="not_restored")
    refuse_unseen(organization=organization, hold=hold)
    row = Connector.objects.filter(organization=organization).first()
    return holds.end(
        organization=organization,
        hold_id=hold.pk,
        reason=reason,
        actor=actor,
        connector_kind=row.kind if row else "",
        now=now,
    )


def refuse_unseen(*, organization: Organization, hold: Hold) -> None:
    """What was on its way when the old life ended must be there before anybody looks whether it is."""
    if hold.kind != Hold.Kind.RESTORE or report(organization=organization, hold=hold) is not None:
        return
    detail = _(
        "First compare with the accounting system, after %(when)s. Until then a request of before the restore may still "
        "arrive there."
    )
    rested = rested_at(organization=organization, hold=hold)
    when = rested.astimezone().isoformat(timespec="minutes")
    raise ConflictError(detail % {"when": when}, code="not_reconciled")


def report(*, organization: Organization, hold: Hold) -> Reconciliation | None:
    """The latest comparison that a release may rest on."""
    rested = rested_at(organization=organization, hold=hold)
    done = Reconciliation.objects.filter(
        organization=organization, trigger=Reconciliation.Trigger.RESTORE, created_at__gte=rested
    ).exclude(outcome=Reconciliation.Outcome.FAILED)
    return done.order_by("-created_at").first()


def rested_at(*, organization: Organization, hold: Hold) -> datetime:
    row = Connector.objects.filter(organization=organization).first()
    return hold.since + timedelta(seconds=registry.quarantine_seconds(kind=row.kind) if row else 0)


def _close(organization: Organization, kind: str, now: datetime) -> None:
    """Locked in the order of everybody: the organization, its postings, its run, and the end of its log's chain."""
    holds.lock(organization=organization)
    until = now + timedelta(seconds=registry.quarantine_seconds(kind=kind))
    changed = _doubt_postings(organization, until, now)
    for run in Run.objects.filter(organization=organization, finished_at=None):
        passes.conclude(
            organization=organization, run=run, stopped=True, reason=CODE, connector_kind=kind, now=now
        )
    record.record_all([_entry(organization, row, kind, now) for row in changed])
    reason = _(
        "The database was restored from a backup. What was sent after the backup is not known here. Compare with the "
        "accounting system, then release."
    )
    restored.close(organization=organization, reason=reason, connector_kind=kind, now=now)
    transaction.on_commit(
        lambda: mail.to_members(organization=organization, write=lambda: _letter(organization))
    )


def _doubt_postings(organization: Organization, until: datetime, now: datetime) -> list[Posting]:
    """What cannot be built cannot have been sent by this mapping, and stays; it is looked up before its first send."""
    rows = list(
        Posting.objects.select_for_update().filter(organization=organization, state__in=OPEN).order_by("pk")
    )
    building.freeze(organization=organization, rows=[row for row in rows if row.state == State.PENDING])
    detail = _(
        "The database was restored from a backup, and this may have been sent after it. It is looked up before it is sent."
    )
    changed = [row for row in rows if row.voucher is not None]
    for row in changed:
        row.state, row.held, row.next_try_at = State.UNKNOWN, True, until
        row.reason_code, row.reason_detail, row.reason_link = CODE, detail, ""
    for row in rows:
        row.held = True
    Posting.objects.bulk_update(rows, FIELDS, batch_size=1_000)
    Attempt.objects.filter(posting__in=changed, finished_at=None).update(
        finished_at=now, outcome="abandoned", error=detail
    )
    return changed


def _entry(organization: Organization, row: Posting, kind: str, now: datetime) -> record.NewEntry:
    return record.NewEntry(
        organization_id=organization.pk,
        organization_slug=organization.slug,
        type=Type.ATTEMPT,
        actor=SYSTEM,
        at=now,
        connector_kind=kind,
        new_state=State.UNKNOWN,
        posting_id=row.pk,
        request_hash=row.voucher_hash,
        error=row.reason_detail,
        retry_count=max(row.attempts - 1, 0),
        details={"outcome": CODE, "reference": row.reference},
    )


def _letter(organization: Organization) -> mail.Letter:
    facts = {"organization": organization.name}
    return mail.Letter(
        subject=_("Sluse was restored from a backup: %(organization)s is off") % facts,
        paragraphs=(
            _("The database of Sluse was restored from a backup. Sending for %(organization)s is off.")
            % facts,
            _(
                "Reimbursements that were sent after the backup may be in the accounting system without Sluse knowing."
            ),
            _(
                "What to do: open the integration settings, compare with the accounting system, read what differs, and "
                "release with a reason. Then test the connection and turn the switch on again."
            ),
        ),
        path=f"/o/{organization.slug}/connector/",
    )
