"""The verification of a log that a person asked for: handed to a worker, and looked at while it goes on."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sluse.audit import verifying
from sluse.audit.models import Verified
from sluse.organizations.models import Organization
from sluse.sync import wake


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """`row` None: never verified. `rows` is how many there are now."""

    row: Verified | None
    rows: int

    @property
    def is_under_way(self) -> bool:
        return self.row is not None and self.row.began_at is not None


def of(*, organization: Organization) -> Proof:
    return Proof(
        row=verifying.newest(organization_id=organization.pk),
        rows=verifying.end_of(organization_id=organization.pk),
    )


def start(*, organization: Organization, now: datetime) -> None:
    with transaction.atomic():
        verifying.ask(organization_id=organization.pk, now=now)
        transaction.on_commit(lambda: wake.verify(organization_id=organization.pk))
