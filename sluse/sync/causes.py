"""Failed postings by what stands in their way: one cause may hold a thousand of them, and is mended once."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, QuerySet, Sum

from sluse.organizations.models import Organization
from sluse.sync.models import Posting, State

CAUSES_SHOWN_MAX = 50
KEY_CHARACTERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """`detail` is the plain sentence, `erp_message` the accounting system's own words about one of them, `link` where one
    of them is mended there."""

    code: str
    detail: str
    erp_message: str
    count: int
    total_ore: int
    oldest_at: datetime
    link: str = ""

    @property
    def key(self) -> str:
        """What names it in an address: the words may be long, and are nobody's business in a server's log."""
        return hashlib.sha256(f"{self.code}\n{self.detail}".encode()).hexdigest()[:KEY_CHARACTERS]


def of_failures(*, organization: Organization) -> list[Cause]:
    """The most frequent first."""
    grouped = (
        Posting.objects.filter(organization=organization, state=State.FAILED)
        .values("reason_code", "reason_detail")
        .annotate(count=Count("pk"), ore=Sum("total_ore"), oldest=Min("created_at"))
        .annotate(words=Max("erp_message"), link=Max("reason_link"))
        .order_by("-count", "reason_code", "reason_detail")
    )
    return [
        Cause(
            code=row["reason_code"],
            detail=row["reason_detail"],
            erp_message=row["words"],
            count=row["count"],
            total_ore=row["ore"],
            oldest_at=row["oldest"],
            link=row["link"],
        )
        for row in grouped
    ]


def find(*, organization: Organization, key: str) -> Cause | None:
    return next((cause for cause in of_failures(organization=organization) if cause.key == key), None)


def postings_of(*, organization: Organization, cause: Cause) -> QuerySet[Posting]:
    failed = Posting.objects.filter(organization=organization, state=State.FAILED)
    return failed.filter(reason_code=cause.code, reason_detail=cause.detail).order_by("-created_at", "-id")
