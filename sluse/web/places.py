"""The pages of one organization, in the order a finance office needs them."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluse.organizations.models import Organization

PLACES: tuple[tuple[str, str | Promise], ...] = (
    ("status", _("Status")),
    ("postings", _("Queue and failures")),
    ("reimbursements", _("Reimbursements")),
    ("log", _("Sync log")),
    ("reconciliation", _("Comparison")),
    ("connector", _("Integration settings")),
    ("notifications", _("Notifications")),
)

WITHIN = {"webhook": "connector", "preview": "postings"}
"""Pages with an address of their own, and the place from which they are reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    label: str | Promise
    url: str
    is_current: bool


def of(request: HttpRequest, organization: Organization) -> list[Place]:
    """The one that begins the address of this page longest is where we are: status begins them all."""
    begins = {name: reverse(f"web:{name}", args=[organization.slug]) for name in (*dict(PLACES), *WITHIN)}
    around = [name for name, url in begins.items() if request.path.startswith(url)]
    here = max(around, key=lambda name: len(begins[name]), default="")
    current = WITHIN.get(here, here)
    return [Place(label=label, url=begins[name], is_current=name == current) for name, label in PLACES]
