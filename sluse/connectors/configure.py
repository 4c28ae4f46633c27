"""Saving and showing an organization's connector. Credentials go in and never come out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.connectors import fields, registry, vault
from sluse.connectors.base import Missing
from sluse.connectors.models import Connector
from sluse.organizations.errors import FieldError, InvalidError
from sluse.organizations.models import Organization

HINT_CHARACTERS = 4
HINT_FROM_CHARACTERS = 16
"""A shorter secret gives nothing of itself away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    at: datetime
    ok: bool
    company: str
    accounts: int
    problems: list[str]
    is_current: bool
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorState:
    kind: str | None = None
    label: str = ""
    settings: Mapping[str, Any]
    credentials_set: bool = False
    credentials_hint: str = ""
    credentials_set_at: datetime | None = None
    credentials_set_by: str = ""
    tested: Tested | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextState:
    """New credentials beside those in use, without anything of what they are."""

    is_set: bool = False
    hint: str = ""
    set_at: datetime | None = None
    set_by: str = ""
    tested_at: datetime | None = None
    tested_ok: bool = False
    problems: list[str]
    expires_on: date | None = None
    previous_kept: bool = False


def show(*, organization: Organization) -> ConnectorState:
    return state_of(row=find(organization=organization))


def state_of(*, row: Connector | None) -> ConnectorState:
    if row is None:
        return ConnectorState(settings={})
    return ConnectorState(
        kind=row.kind,
        label=str(registry.KINDS[row.kind].label),
        settings=row.settings,
        credentials_set=bool(row.credentials),
        credentials_hint=row.credentials_hint,
        credentials_set_at=row.credentials_set_at,
        credentials_set_by=row.credentials_set_by,
        tested=_tested(row),
    )


def next_state(*, row: Connector | None) -> NextState:
    if row is None or not row.next_credentials:
        return NextState(problems=[], previous_kept=bool(row and row.previous_credentials))
    return NextState(
        is_set=True,
        hint=row.next_hint,
        set_at=row.next_set_at,
        set_by=row.next_set_by,
        tested_at=row.next_tested_at,
        tested_ok=row.next_tested_ok,
        problems=row.next_problems,
        expires_on=row.next_expire_on,
        previous_kept=bool(row.previous_credentials),
    )


def find(*, organization: Organization) -> Connector | None:
    return Connector.objects.filter(organization=organization).first()


def configure(
    *,
    organization: Organization,
    kind: str,
    settings: Mapping[str, Any],
    credentials: Mapping[str, str] | None,
    actor: Actor,
    now: datetime,
) -> Connector:
    """`credentials` None keeps those that are set. What is missing may come later; what is wrong is refused."""
    credentials = _trimmed(credentials or {})
    _check(kind, settings, credentials)
    with transaction.atomic():
        row = Connector.objects.select_for_update().filter(organization=organization).first()
        row = row or Connector(organization=organization, kind=kind, identity_version=0)
        wanted = fields.with_defaults(registry.KINDS[kind].config, settings)
        entries = [_entry(row, Type.SETTINGS, actor, now, kind, _changed(row, kind, wanted))]
        is_another = changes_company(row=row, kind=kind, settings=wanted)
        if credentials or is_another or not row.pk:
            row.identity_version += 1
            _end_rotation(row)
        if is_another:  # The accounts that were read are the other company's.
            row.chart, row.chart_read_at = {}, None
        if row.kind != kind:  # What another system's secrets were sealed for cannot be opened for this one.
            row.credentials, row.credentials_hint, row.credentials_set_at = {}, "", None
        row.kind, row.settings = kind, wanted
        if credentials:
            _set_credentials(row, credentials, actor, now)
            entries.append(_entry(row, Type.CREDENTIALS, actor, now, kind, sorted(credentials)))
        row.save()
        record.record_all(entries)
    return row


def changes_company(*, row: Connector, kind: str, settings: Mapping[str, Any]) -> bool:
    """Would these settings reach another company than the one vouchers were sent to?"""
    if kind not in registry.KINDS:
        return True
    return _identity(row.kind, row.settings) != _identity(
        kind, fields.with_defaults(registry.KINDS[kind].config, settings)
    )


def missing(*, row: Connector | None) -> list[Missing]:
    """What the connector itself lacks before its switch can be turned on."""
    if row is None:
        return [Missing(code="no_connector", detail=_("Choose an accounting system."))]
    config = registry.KINDS[row.kind].config
    found = [
        Missing(code="settings_incomplete", detail=problem.detail)
        for problem in fields.problems(config=config, settings=row.settings, credentials=row.credentials)
        if problem.code == "required"
    ]
    if row.tested_at is None:
        found.append(Missing(code="not_tested", detail=_("Test the connection.")))
    elif not row.is_test_current:
        detail = _("The company or the credentials changed after the last test. Test the connection again.")
        found.append(Missing(code="test_stale", detail=detail))
    elif not row.tested_ok:
        detail = _("The last test of the connection failed. Mend what it says, and test again.")
        found.append(Missing(code="test_failed", detail=detail))
    return found


def checked_credentials(*, kind: str, credentials: Mapping[str, Any]) -> dict[str, str]:
    """Without outer blanks and empty ones. Raises `InvalidError`."""
    trimmed = _trimmed(credentials)
    _check(kind, {}, trimmed)
    return trimmed


def hint(*, kind: str, credentials: Mapping[str, str]) -> str | None:
    """The end of a long secret; None when there is no secret among them."""
    config = registry.KINDS[kind].config
    hidden = [
        credentials[field.name] for field in config.credentials if field.secret and field.name in credentials
    ]
    if not hidden:
        return None
    return hidden[-1][-HINT_CHARACTERS:] if len(hidden[-1]) >= HINT_FROM_CHARACTERS else ""


def _end_rotation(row: Connector) -> None:
    """What was entered for another company, or beside other credentials, is no longer meant."""
    row.next_credentials, row.next_tested_ok = {}, False
    row.previous_credentials, row.credentials_expire_on = {}, None


def _trimmed(credentials: Mapping[str, Any]) -> dict[str, Any]:
    """Copied secrets bring blanks along, and an empty one is none; what is no text is left for the check to name."""
    trimmed = {
        name: value.strip() if isinstance(value, str) else value for name, value in credentials.items()
    }
    return {name: value for name, value in trimmed.items() if value != ""}


def _check(kind: str, settings: Mapping[str, Any], credentials: Mapping[str, str]) -> None:
    if kind not in registry.KINDS:
        detail = _("Choose one of these accounting systems: %(kinds)s.") % {
            "kinds": ", ".join(registry.KINDS)
        }
        raise InvalidError(detail, errors=[FieldError(path="kind", code="unknown_kind", detail=detail)])
    config = registry.KINDS[kind].config
    wrong = [
        FieldError(path=problem.path, code=problem.code, detail=problem.detail)
        for problem in fields.problems(config=config, settings=settings, credentials=credentials)
        if problem.code != "required"
    ]
    if wrong:
        raise InvalidError(_("The connector was not saved. Correct the fields named."), errors=wrong)


def _identity(kind: str, settings: Mapping[str, Any]) -> list[object]:
    if kind not in registry.KINDS:
        return [kind]
    config = registry.KINDS[kind].config
    complete = fields.with_defaults(config, settings)
    return [kind, *[complete[name] for name in config.identity]]


def _changed(row: Connector, kind: str, wanted: Mapping[str, Any]) -> list[str]:
    names = set(row.settings) | set(wanted)
    changed = sorted(name for name in names if row.settings.get(name) != wanted.get(name))
    return changed if row.pk and row.kind == kind else ["kind", *changed]


def _set_credentials(row: Connector, credentials: Mapping[str, str], actor: Actor, now: datetime) -> None:
    """New ones are laid over the old, so that a secret can be renewed alone."""
    sealed = vault.seal(row=row, credentials=credentials)
    row.credentials = row.credentials | sealed
    shown = hint(kind=row.kind, credentials=credentials)
    if shown is not None:
        row.credentials_hint = shown
    row.credentials_set_at, row.credentials_set_by = now, actor.name


def _entry(
    row: Connector, entry_type: Type, actor: Actor, now: datetime, kind: str, changed: list[str]
) -> record.NewEntry:
    """Names of fields only: a value could be a secret typed into the wrong field."""
    return record.NewEntry(
        organization_id=row.organization_id,
        organization_slug=row.organization.slug,
        type=entry_type,
        actor=actor,
        at=now,
        connector_kind=kind,
        new_state="changed",
        details={"fields": changed},
    )


def _tested(row: Connector) -> Tested | None:
    if row.tested_at is None:
        return None
    return Tested(
        at=row.tested_at,
        ok=row.tested_ok,
        company=row.tested_company,
        accounts=row.tested_accounts,
        problems=row.tested_problems,
        is_current=row.is_test_current,
        by=row.tested_by,
    )
