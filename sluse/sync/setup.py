"""Changing and testing a connector, with what the switch has to say about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sluse.audit.actor import Actor
from sluse.connectors import check, configure, probing
from sluse.connectors.check import Report
from sluse.connectors.models import Connector
from sluse.connectors.probing import Finding
from sluse.connectors.secrets import SecretError
from sluse.gate import holds, read
from sluse.gate.read import State
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization
from sluse.sync import attachments, follow
from sluse.sync.models import UNRESOLVED, Posting


def configure_connector(
    *,
    organization: Organization,
    kind: str,
    settings: Mapping[str, Any],
    credentials: Mapping[str, str] | None,
    actor: Actor,
    now: datetime,
) -> Connector:
    """Refused while the switch is on: what is sent, and where, never changes under a run."""
    with transaction.atomic():
        lock_settings(organization=organization)
        if read.switch_of(organization=organization).state is not State.DISABLED:
            raise ConflictError(
                _("Switch the connector off before you change its settings or credentials."),
                code="connector_enabled",
            )
        _refuse_another_company(organization, kind, settings)
        return configure.configure(
            organization=organization,
            kind=kind,
            settings=settings,
            credentials=credentials,
            actor=actor,
            now=now,
        )


def test_connector(*, organization: Organization, actor: Actor, now: datetime) -> Report:
    """Calls the accounting system, read-only. A test that passes ends the breaker; it enables nothing. It also asks what
    became of what was delivered, which while the switch is off nobody asks by himself."""
    row = configure.find(organization=organization)
    if row is None:
        raise ConflictError(_("Choose an accounting system first."), code="no_connector")
    report = check.test(row=row, actor=actor, now=now)
    if report.ok:
        holds.end_breaker(organization=organization, actor=actor, connector_kind=row.kind, now=now)
        follow.ask(organization=organization, actor=actor, now=now)
    return report


def probe_connector(*, organization: Organization, actor: Actor, now: datetime) -> list[Finding]:
    """Calls the accounting system, read-only, and compares it with what is assumed of it. It changes nothing here."""
    row = configure.find(organization=organization)
    if row is None:
        raise ConflictError(_("Choose an accounting system first."), code="no_connector")
    try:
        return probing.probe(row=row, actor=actor, now=now)
    except SecretError as error:
        raise ConflictError(str(error), code="credentials_unreadable") from error


def _refuse_another_company(organization: Organization, kind: str, settings: Mapping[str, Any]) -> None:
    """What may be in the old company cannot be looked up in the new one: *not there* would mean nothing."""
    row = configure.find(organization=organization)
    if row is None or not configure.changes_company(row=row, kind=kind, settings=settings):
        return
    unresolved = Posting.objects.filter(organization=organization, state__in=UNRESOLVED).count()
    unresolved += follow.waiting(organization=organization)
    if unresolved:
        detail = ngettext(
            "%(count)s posting may already be in the present company. Let it be looked up before you change company.",
            "%(count)s postings may already be in the present company. Let them be looked up before you change company.",
            unresolved,
        )
        raise ConflictError(detail % {"count": unresolved}, code="unresolved_postings")
    _refuse_receipts_left_behind(organization)


def _refuse_receipts_left_behind(organization: Organization) -> None:
    """Their vouchers are in the present company, and nobody would find them in another."""
    receipts = attachments.following(organization=organization).count()
    if receipts:
        detail = ngettext(
            "%(count)s receipt has still to follow its voucher into the present company. Let it be sent before you "
            "change company.",
            "%(count)s receipts have still to follow their vouchers into the present company. Let them be sent before "
            "you change company.",
            receipts,
        )
        raise ConflictError(detail % {"count": receipts}, code="unresolved_postings")


def lock_settings(*, organization: Organization) -> None:
    """Settings and enabling take turns, so that what was tested is what is switched on."""
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
