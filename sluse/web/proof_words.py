"""What the newest verification of the log found, in words with a date."""

from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from sluse.audit import verify
from sluse.audit.models import Verified
from sluse.organizations.models import Organization
from sluse.sync.proving import Proof
from sluse.web.health import Look
from sluse.web.numbers import number


def context(proof: Proof, organization: Organization, *, has_ended: bool = False) -> dict[str, Any]:
    """`has_ended`: the page has waited for this, and says it aloud when there is nothing to wait for any more."""
    with timezone.override(ZoneInfo(organization.time_zone)):
        look = _look(proof.row)
    is_broken = proof.row is not None and proof.row.broken_row is not None
    return {
        "proof": proof,
        "proof_look": look,
        "proof_is_broken": is_broken,
        "proof_sentence": _why(proof.row) if proof.row is not None and is_broken else "",
        "proof_spoken": look.words if has_ended and not proof.is_under_way else "",
    }


def _look(row: Verified | None) -> Look:
    if row is None or row.ended_at is None:
        return Look(words=_("Not verified yet"), icon="clock", color="neutral")
    facts = {"day": formats.date_format(timezone.localtime(row.ended_at), "DATE_FORMAT")}
    if row.broken_row is not None:
        words = _("Broken at row %(row)s, found on %(day)s")
        facts["row"] = number(row.broken_row)
        return Look(words=words % facts, icon="failing", color="danger")
    words = _("Verified on %(day)s up to row %(row)s")
    facts["row"] = number(row.ended_through)
    return Look(words=words % facts, icon="check-circle", color="success")


def _why(row: Verified) -> str:
    return verify.sentence(because=row.broken_because, row=row.broken_row or 0)
