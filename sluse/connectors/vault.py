"""The credentials of one connector's row: sealed into it, opened from it, brought under the newest key."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.connectors import secrets
from sluse.connectors.models import Connector
from sluse.connectors.secrets import Place

CURRENT, NEXT, PREVIOUS = "", "next", "previous"
FIELDS = {CURRENT: "credentials", NEXT: "next_credentials", PREVIOUS: "previous_credentials"}


def opened(*, row: Connector, slot: str = CURRENT) -> dict[str, str]:
    """Raises `SecretError`."""
    stored = getattr(row, FIELDS[slot])
    return secrets.decrypt(place=_place(row, slot), data_key=row.data_key, credentials=stored)


def put(*, row: Connector, slot: str, credentials: Mapping[str, str]) -> None:
    """In place of all that the slot held. The caller saves the row. Raises `SecretError`."""
    _ensure_data_key(row)
    sealed = secrets.encrypt(place=_place(row, slot), data_key=row.data_key, credentials=credentials)
    setattr(row, FIELDS[slot], sealed)


def seal(*, row: Connector, credentials: Mapping[str, str]) -> dict[str, str]:
    """For the caller to put into the row and save. What is left of an older form comes into the envelope too, and what can
    no longer be opened goes: whoever enters new credentials must not be stopped by lost old ones."""
    if not is_readable(row=row):
        row.credentials, row.next_credentials, row.previous_credentials, row.data_key = {}, {}, {}, ""
    _ensure_data_key(row)
    return secrets.encrypt(place=_place(row, CURRENT), data_key=row.data_key, credentials=credentials)


def is_readable(*, row: Connector) -> bool:
    try:
        opened(row=row)
    except secrets.SecretError:
        return False
    return True


def not_under_newest_key() -> Q:
    """Rows that `rotate` has something to do for; it finds them again after an interruption."""
    newest = secrets.newest_key_id()
    return (Q(data_key="") & ~Q(credentials={})) | (~Q(data_key="") & ~Q(data_key__startswith=f"{newest}:"))


def rotate(*, connector_id: int, actor: Actor, now: datetime) -> bool:
    """One row, in a transaction of its own. A reader sees it before or after, and can open both. Raises `SecretError`."""
    with transaction.atomic():
        row = (
            Connector.objects.select_for_update(of=("self",))
            .select_related("organization")
            .get(pk=connector_id)
        )
        if not Connector.objects.filter(not_under_newest_key(), pk=connector_id).exists():
            return False
        before = secrets.wrapped_by(data_key=row.data_key)
        _ensure_data_key(row)
        row.data_key = secrets.rewrap(organization_id=row.organization_id, data_key=row.data_key)
        row.save(update_fields=["data_key", "credentials"])
        _log(row, before, actor, now)
    return True


def _ensure_data_key(row: Connector) -> None:
    if row.data_key and not secrets.needs_data_key(credentials=row.credentials):
        return
    plain = opened(row=row)
    row.data_key = row.data_key or secrets.new_data_key(organization_id=row.organization_id)
    row.credentials = secrets.encrypt(place=_place(row, CURRENT), data_key=row.data_key, credentials=plain)


def _place(row: Connector, slot: str) -> Place:
    return Place(organization_id=row.organization_id, kind=row.kind, slot=slot)


def _log(row: Connector, before: str, actor: Actor, now: datetime) -> None:
    record.record(
        record.NewEntry(
            organization_id=row.organization_id,
            organization_slug=row.organization.slug,
            type=Type.CREDENTIALS,
            actor=actor,
            at=now,
            connector_kind=row.kind,
            new_state="rewrapped",
            details={"from_key": before, "to_key": secrets.newest_key_id()},
        )
    )
