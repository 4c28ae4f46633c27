"""A delivery whose signature holds: what it tells is taken in whole, and telling it again changes nothing."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sluse import reach
from sluse.audit.actor import Actor
from sluse.connectors.secrets import SecretError
from sluse.organizations.errors import FieldError, InvalidError, SluseError, UnauthenticatedError
from sluse.organizations.models import Organization
from sluse.reimbursements import approve, intake, withdraw
from sluse.reimbursements.models import Reimbursement
from sluse.webhooks import secret, signature
from sluse.webhooks.models import Webhook
from sluse.webhooks.signature import Delivery

APPROVED, WITHDRAWN = "reimbursement.approved", "reimbursement.withdrawn"
SENDER = Actor(id="webhook", name="Webhook")
NOBODYS = signature.PREFIX + "bm9ib2R5IGhhcyB0aGlzIHNlY3JldCwgaXQgb3BlbnMgbm90aGluZw=="
"""Compared with where there is no secret, so that the answer comes no sooner there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    organization: Organization
    webhook_id: int


def sender_of(*, slug: str, delivery: Delivery, now: datetime) -> Sender:
    """From here on the request reaches that organization and no other. Raises `UnauthenticatedError`, always in the same
    words: whether there is such an organization is nobody's business."""
    with reach.platform():
        rows = Webhook.objects.select_related("organization").filter(organization__slug=slug)
        row = rows.first()
    if not signature.holds(delivery=delivery, secrets=_secrets(row, now), now=now) or row is None:
        raise UnauthenticatedError(
            _("The signature does not hold. Check the secret, and that the sender's clock is right."),
        )
    reach.narrow(organization_id=row.organization_id)
    return Sender(organization=row.organization, webhook_id=row.pk)


def receive(
    *, sender: Sender, message: Callable[[], Mapping[str, Any]], now: datetime
) -> Reimbursement | None:
    """None for a type that is nothing to us. Raises what `message`, `intake`, `approve` and `withdraw` raise: what was
    signed and cannot be read was heard too."""
    secret.forget_ended(organization=sender.organization, now=now)
    try:
        row = _taken(sender.organization, message(), now)
    except SluseError as refusal:
        _note(sender, refusal.code, now)
        raise
    _note(sender, "accepted" if row else "ignored", now)
    return row


def _taken(organization: Organization, message: Mapping[str, Any], now: datetime) -> Reimbursement | None:
    match message.get("type"):
        case "reimbursement.approved":
            return _approved(organization, _data(message), now)
        case "reimbursement.withdrawn":
            return _withdrawn(organization, _data(message), now)
        case str():
            return None
        case _:
            raise _wrong("type", "required", _("This is required."))


def _approved(organization: Organization, data: dict[str, Any], now: datetime) -> Reimbursement:
    """The reimbursement and its approval, both or neither."""
    approved_by, approved_at = data.pop("approved_by", None), data.pop("approved_at", None)
    with _errors_within_data(), transaction.atomic():
        [answer] = intake.submit(organization=organization, items=[data], now=now)
        if answer.reimbursement is None:
            assert answer.error is not None
            raise answer.error
        return approve.approve(
            organization=organization,
            external_id=answer.reimbursement.external_id,
            approved_by=approved_by,
            approved_at=approved_at,
            now=now,
        )


def _withdrawn(organization: Organization, data: dict[str, Any], now: datetime) -> Reimbursement:
    external_id = data.get("external_id")
    if not isinstance(external_id, str) or not external_id:
        raise _wrong("data.external_id", "required", _("This is required."))
    return withdraw.withdraw(organization=organization, external_id=external_id, actor=SENDER, now=now)


@contextlib.contextmanager
def _errors_within_data() -> Iterator[None]:
    """Every path begins at the message, whoever found the mistake."""
    try:
        yield
    except InvalidError as refusal:
        errors = [replace(error, path=f"data.{error.path}") for error in refusal.errors]
        raise InvalidError(str(refusal), errors=errors) from refusal


def _data(message: Mapping[str, Any]) -> dict[str, Any]:
    data = message.get("data")
    if not isinstance(data, dict):
        raise _wrong("data", "required", _("This must be an object with named fields."))
    return dict(data)


def _wrong(path: str, code: str, detail: str) -> InvalidError:
    error = FieldError(path=path, code=code, detail=detail)
    return InvalidError(_("Correct the fields named. Nothing was changed."), errors=[error])


def _secrets(row: Webhook | None, now: datetime) -> list[str]:
    """One that cannot be opened any more opens nothing."""
    if row is None:
        return [NOBODYS]
    try:
        return secret.opened(row=row, now=now)
    except SecretError:
        return [NOBODYS]


def _note(sender: Sender, heard: str, now: datetime) -> None:
    """For whoever wonders whether the source system gets through."""
    Webhook.objects.filter(pk=sender.webhook_id).update(heard_at=now, heard=heard)
