"""Corrections, as a source system sends them and somebody approves them."""

from django.utils import timezone

from sluse.organizations.models import Organization, User
from sluse.reimbursements import correct as corrections
from sluse.reimbursements import listing
from sluse.reimbursements import withdraw as withdrawals
from tests import scene


def submit(of: Organization, amount: str, external_id: str = "R-1") -> None:
    item = scene.reimbursement(external_id, amount=amount)
    answer = corrections.correct(organization=of, external_id=external_id, item=item, now=timezone.now())
    assert answer.status == 201


def correct(of: Organization, amount: str, external_id: str = "R-1") -> None:
    """A new version that somebody approves at once."""
    submit(of, amount, external_id)
    scene.approve_one(of, external_id, timezone.now())


def withdraw(of: Organization, person: User, external_id: str) -> None:
    withdrawals.withdraw(
        organization=of, external_id=external_id, actor=scene.actor(person), now=timezone.now()
    )


def statuses_of_versions(of: Organization, external_id: str) -> list[str]:
    """The first one first."""
    rows = listing.versions_of(organization=of, external_id=external_id).order_by("version")
    return list(rows.values_list("status", flat=True))
