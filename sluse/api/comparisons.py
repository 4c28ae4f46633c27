"""The shapes of comparisons with the accounting system."""

from datetime import date
from typing import Literal

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AwareDatetime

from sluse.api.schemas import Money, Told
from sluse.organizations.errors import FieldError, InvalidError


class NewReconciliation(Told):
    since: str | None = None

    def day(self) -> date | None:
        if self.since is None:
            return None
        try:
            return date.fromisoformat(self.since)
        except ValueError as error:
            detail = _('Write the date as "2026-11-03".')
            told = FieldError(path="since", code="date_form", detail=detail)
            raise InvalidError(detail, errors=[told]) from error


class Difference(Schema):
    kind: Literal["missing_there", "unknown_here", "amount_differs", "state_differs", "twice"]
    reference: str
    external_id: str | None
    posting_id: str | None
    our_state: str | None
    our_total: Money | None
    their_stage: str | None
    their_total: Money | None
    voucher_number: str | None


class Summary(Schema):
    id: str
    trigger: Literal["manual", "nightly", "restore"]
    by: str
    by_id: str
    since: str
    created_at: AwareDatetime
    finished_at: AwareDatetime
    outcome: Literal["equal", "different", "failed"]
    ours: int
    ours_total: Money
    theirs: int
    theirs_total: Money
    rebuilt: int
    error: str


class Reconciliation(Summary):
    differences: list[Difference]


class Reconciliations(Schema):
    items: list[Summary]
    next_cursor: str | None
