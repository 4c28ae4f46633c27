"""New credentials without a stop: entered beside those in use, tested, swapped in one transaction, the old kept until the
new have had their first success.

Nothing of it turns a switch, and nothing reaches another company: the test asks with the same settings, and its answer must
be the company that the last test found.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import SYSTEM, Actor
from sluse.audit.models import Type
from sluse.connectors import check, configure, meter, vault
from sluse.connectors.check import Report
from sluse.connectors.models import Connector
from sluse.organizations.errors import ConflictError, FieldError, InvalidError
from sluse.organizations.models import Organization

ALARM_DAYS = (30, 7, 1)
"""So long before the end of credentials their administrators get a mail, the nearest last."""


def set_next(
    *,
    organization: Organization,
    credentials: Mapping[str, Any],
    expires_on: date | None,
    actor: Actor,
    now: datetime,
) -> Connector:
    """Laid over those in use, so that a secret can be renewed alone. They must be tested before they can be used."""
    with transaction.atomic():
        row = _locked(organization)
        given = configure.checked_credentials(kind=row.kind, credentials=credentials)
        _refuse_nothing(given, expires_on, now)
        vault.put(row=row, slot=vault.NEXT, credentials=vault.opened(row=row) | given)
        row.next_hint = configure.hint(kind=row.kind, credentials=given) or row.credentials_hint
        row.next_expire_on, row.next_set_at, row.next_set_by = expires_on, now, actor.name
        row.next_tested_at, row.next_tested_ok, row.next_problems = None, False, []
        row.save()
        _log(row, Type.CREDENTIALS, "next_set", actor, now, details={"fields": sorted(given)})
    return row


def test_next(*, organization: Organization, actor: Actor, now: datetime) -> Report:
    """Calls the accounting system, read-only, outside any transaction. The answer counts for what was tested."""
    row = _found(organization)
    _require_next(row)
    report = _of_the_same_company(row, check.ask(row=row, slot=vault.NEXT))
    meter.write()
    with transaction.atomic():
        tested = Connector.objects.filter(pk=row.pk, next_credentials=row.next_credentials)
        tested.update(next_tested_at=now, next_tested_ok=report.ok, next_problems=report.problems)
        new_state = "next_passed" if report.ok else "next_failed"
        _log(row, Type.TEST, new_state, actor, now, error="" if report.ok else " ".join(report.problems))
    return report


def swap(*, organization: Organization, actor: Actor, now: datetime) -> Connector:
    """Whoever opens the connector from now on uses the new ones; whoever has it open finishes with the old."""
    with transaction.atomic():
        row = _locked(organization)
        _require_next(row)
        if not row.next_tested_ok:
            detail = _("The new credentials have not passed their test yet. Test them first.")
            raise ConflictError(detail, code="next_not_tested")
        # Where some are kept already, those in use never had a success: the last that had one stay.
        if not row.previous_credentials:
            vault.put(row=row, slot=vault.PREVIOUS, credentials=vault.opened(row=row))
            row.previous_hint, row.previous_expire_on = row.credentials_hint, row.credentials_expire_on
        vault.put(row=row, slot=vault.CURRENT, credentials=vault.opened(row=row, slot=vault.NEXT))
        row.credentials_hint, row.credentials_expire_on = row.next_hint, row.next_expire_on
        row.credentials_set_at, row.credentials_set_by = now, actor.name
        _count_as_tested(row, row.next_tested_at or now, actor.name)
        row.next_credentials, row.next_tested_ok = {}, False
        row.save()
        _log(row, Type.CREDENTIALS, "rotated", actor, now)
    return row


def settle(*, used: Connector, now: datetime) -> bool:
    """The new credentials were accepted: the old ones go. `used` is the row as it was when they were used."""
    with transaction.atomic():
        row = _same(used)
        if row is None:
            return False
        row.previous_credentials = {}
        row.save(update_fields=["previous_credentials"])
        _log(row, Type.CREDENTIALS, "previous_removed", SYSTEM, now)
    return True


def fall_back(*, used: Connector, reason: str, now: datetime) -> bool:
    """The new credentials were refused before they had one success: the old ones are used again."""
    with transaction.atomic():
        row = _same(used)
        if row is None:
            return False
        vault.put(row=row, slot=vault.CURRENT, credentials=vault.opened(row=row, slot=vault.PREVIOUS))
        row.credentials_hint, row.credentials_expire_on = row.previous_hint, row.previous_expire_on
        row.previous_credentials = {}
        _count_as_tested(row, row.tested_at or now, row.tested_by)
        row.save()
        _log(row, Type.CREDENTIALS, "rotation_undone", SYSTEM, now, error=reason)
    return True


def ending(*, now: datetime) -> QuerySet[Connector]:
    """Those whose credentials end within the longest of the alarms, by the date in Greenwich, or have ended."""
    return Connector.objects.filter(credentials_expire_on__lte=now.date() + timedelta(days=max(ALARM_DAYS)))


def days_left(*, organization: Organization, now: datetime) -> int | None:
    """Until credentials end that do so within the longest of the alarms; below nothing once they have."""
    row = ending(now=now).filter(organization=organization).first()
    return (row.credentials_expire_on - now.date()).days if row and row.credentials_expire_on else None


def _found(organization: Organization) -> Connector:
    row = Connector.objects.filter(organization=organization).select_related("organization").first()
    if row is None:
        raise ConflictError(_("Choose an accounting system first."), code="no_connector")
    return row


def _locked(organization: Organization) -> Connector:
    return (
        Connector.objects.select_for_update(of=("self",))
        .select_related("organization")
        .get(pk=_found(organization).pk)
    )


def _same(used: Connector) -> Connector | None:
    """Locked, unless somebody has put other credentials in place since, or the rotation is over."""
    row = (
        Connector.objects.select_for_update(of=("self",))
        .select_related("organization")
        .filter(pk=used.pk, identity_version=used.identity_version)
        .first()
    )
    return row if row is not None and row.previous_credentials else None


def _require_next(row: Connector) -> None:
    if not row.next_credentials:
        raise ConflictError(_("No new credentials have been entered."), code="no_next_credentials")


def _refuse_nothing(given: Mapping[str, str], expires_on: date | None, now: datetime) -> None:
    if not given:
        detail = _("Enter at least one new credential.")
        errors = [FieldError(path="credentials", code="required", detail=detail)]
        raise InvalidError(detail, errors=errors)
    if expires_on is not None and expires_on <= now.date():
        detail = _("This day has passed. Credentials that have ended cannot be used.")
        raise InvalidError(detail, errors=[FieldError(path="expires_on", code="in_the_past", detail=detail)])


def _of_the_same_company(row: Connector, report: Report) -> Report:
    if not report.ok or not row.tested_company_id or report.company_id == row.tested_company_id:
        return report
    problem = _("The new credentials belong to another company: %(company)s.") % {"company": report.company}
    return replace(report, ok=False, problems=[problem])


def _count_as_tested(row: Connector, tested_at: datetime, tested_by: str) -> None:
    """The identity moves, so that whoever still uses the other credentials can be told apart; the test moves with it."""
    row.identity_version += 1
    row.tested_identity_version = row.identity_version
    row.tested_at, row.tested_by, row.tested_ok, row.tested_problems = tested_at, tested_by, True, []


def _log(
    row: Connector,
    entry_type: Type,
    new_state: str,
    actor: Actor,
    now: datetime,
    *,
    error: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    record.record(
        record.NewEntry(
            organization_id=row.organization_id,
            organization_slug=row.organization.slug,
            type=entry_type,
            actor=actor,
            at=now,
            connector_kind=row.kind,
            new_state=new_state,
            error=error,
            details=dict(details or {}),
        )
    )
