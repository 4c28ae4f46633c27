"""The secret of an organization's webhook: made, replaced, taken away, opened. It is shown once, to whoever makes it."""

import base64
import secrets as randomness
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.connectors import secrets
from sluse.connectors.secrets import Place
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization
from sluse.webhooks import signature
from sluse.webhooks.models import Webhook

KEY_BYTES = 32
GRACE = timedelta(hours=24)
"""The old secret still opens for a day: the sender is changed by other people, in another system."""
KIND, FIELD, PREVIOUS = "webhook", "secret", "previous"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookState:
    set_at: datetime
    set_by: str
    previous_until: datetime | None
    heard_at: datetime | None
    heard: str


def show(*, organization: Organization, now: datetime) -> WebhookState | None:
    """Nothing of the secret itself."""
    row = Webhook.objects.filter(organization=organization).first()
    if row is None:
        return None
    return WebhookState(
        set_at=row.set_at,
        set_by=row.set_by,
        previous_until=row.previous_until if row.previous_until and row.previous_until > now else None,
        heard_at=row.heard_at,
        heard=row.heard,
    )


def make(*, organization: Organization, actor: Actor, now: datetime) -> str:
    """A new one, beside which the old one still opens for `GRACE`. Returns it; it cannot be read again. Raises
    `ConflictError`: secret_in_grace, while an older one opens: a sender that still uses it was promised the day."""
    made = signature.PREFIX + base64.b64encode(randomness.token_bytes(KEY_BYTES)).decode()
    with transaction.atomic():
        row = _locked(organization)
        _refuse_within_grace(row, now)
        old = _opened_or_nothing(row) if row else ""
        row = row or Webhook(organization=organization)
        row.data_key = row.data_key or secrets.new_data_key(organization_id=organization.pk)
        row.secret = _sealed(row, "", made)
        row.previous = _sealed(row, PREVIOUS, old) if old else {}
        row.previous_until = now + GRACE if old else None
        row.set_at, row.set_by = now, actor.name
        row.save()
        _log(organization, "webhook_set", actor, now)
    return made


def remove(*, organization: Organization, actor: Actor, now: datetime) -> None:
    """From now on nothing is taken in. Raises `ConflictError`: no_webhook."""
    with transaction.atomic():
        row = _locked(organization)
        if row is None:
            raise ConflictError(_("There is no webhook secret. Nothing was changed."), code="no_webhook")
        row.delete()
        _log(organization, "webhook_removed", actor, now)


def opened(*, row: Webhook, now: datetime) -> list[str]:
    """The one in use, and the one before it while it still counts. Raises `SecretError`."""
    found = [_opened(row, "", row.secret)]
    if row.previous_until is not None and now < row.previous_until:
        found.append(_opened(row, PREVIOUS, row.previous))
    return found


def forget_ended(*, organization: Organization, now: datetime) -> None:
    """What opens nothing any more need not be kept."""
    ended = Webhook.objects.filter(organization=organization, previous_until__lte=now)
    ended.update(previous={}, previous_until=None)


def not_under_newest_key() -> Q:
    return ~Q(data_key__startswith=f"{secrets.newest_key_id()}:")


def rotate(*, webhook_id: int, actor: Actor, now: datetime) -> bool:
    """As `connectors.vault.rotate`. Raises `SecretError`."""
    with transaction.atomic():
        rows = Webhook.objects.select_for_update(of=("self",)).select_related("organization")
        row = rows.filter(not_under_newest_key(), pk=webhook_id).first()
        if row is None:
            return False
        row.data_key = secrets.rewrap(organization_id=row.organization_id, data_key=row.data_key)
        row.save(update_fields=["data_key"])
        _log(row.organization, "rewrapped", actor, now)
    return True


def _locked(organization: Organization) -> Webhook | None:
    """Whoever makes one takes turns on the organization's row, where there is none of its own yet."""
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    return Webhook.objects.filter(organization=organization).first()


def _refuse_within_grace(row: Webhook | None, now: datetime) -> None:
    if row is None or row.previous_until is None or row.previous_until <= now:
        return
    local = row.previous_until.astimezone(ZoneInfo(row.organization.time_zone))
    detail = _(
        "The secret before this one still counts until %(when)s. Make a new one after that, or remove the secret "
        "now and begin anew. Nothing was changed."
    )
    when = formats.date_format(local, "DATETIME_FORMAT")
    raise ConflictError(detail % {"when": when}, code="secret_in_grace")


def _opened_or_nothing(row: Webhook) -> str:
    """Whoever makes a new one must not be stopped by a lost old one."""
    try:
        return _opened(row, "", row.secret)
    except secrets.SecretError:
        row.data_key = ""
        return ""


def _opened(row: Webhook, slot: str, stored: dict[str, str]) -> str:
    return secrets.decrypt(place=_place(row, slot), data_key=row.data_key, credentials=stored)[FIELD]


def _sealed(row: Webhook, slot: str, secret: str) -> dict[str, str]:
    return secrets.encrypt(place=_place(row, slot), data_key=row.data_key, credentials={FIELD: secret})


def _place(row: Webhook, slot: str) -> Place:
    return Place(organization_id=row.organization_id, kind=KIND, slot=slot)


def _log(organization: Organization, new_state: str, actor: Actor, now: datetime) -> None:
    record.record(
        record.NewEntry(
            organization_id=organization.pk,
            organization_slug=organization.slug,
            type=Type.CREDENTIALS,
            actor=actor,
            at=now,
            new_state=new_state,
        )
    )
