"""Queue and failures: which postings are shown, in what words, and what may be done with them."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sluse.organizations import keyset
from sluse.organizations.models import Organization
from sluse.sync import causes, corrections, overview, postings
from sluse.sync.models import Posting, State
from sluse.web.health import Look

ROWS_PER_PAGE = 50

LOOKS = {
    State.PENDING: Look(words=_("Waiting"), icon="clock", color="info"),
    State.SENDING: Look(words=_("Being sent"), icon="send", color="info"),
    State.UNKNOWN: Look(words=_("Unknown outcome"), icon="hourglass", color="warning"),
    State.DELIVERED: Look(words=_("Delivered, not yet posted"), icon="hourglass", color="info"),
    State.POSTED: Look(words=_("Posted"), icon="check-circle", color="success"),
    State.FAILED: Look(words=pgettext_lazy("one posting", "Failed"), icon="failing", color="danger"),
    State.CONFLICT: Look(words=_("Conflict"), icon="attention", color="danger"),
    State.WITHDRAWN: Look(words=_("Withdrawn"), icon="off", color="neutral"),
}
COUNTED = (State.PENDING, State.FAILED, State.UNKNOWN, State.CONFLICT, State.DELIVERED)
"""The states that are never many. Those that only grow are not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """`count` None: it would be counted for long and says little."""

    words: str | Promise
    count: int | None
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    posting: Posting
    look: Look
    can_retry: bool
    waits: str


def context(organization: Organization, query: QueryDict) -> dict[str, Any]:
    """What the address asks for; what it does not name well is left out."""
    state = query.get("state", "") if query.get("state", "") in State.values else ""
    found = causes.of_failures(organization=organization) if state in {"", State.FAILED} else []
    cause = next((one for one in found if one.key == query.get("cause")), None)
    search = query.get("q", "").strip()
    rows = _rows(organization, state, cause, search)
    shown, next_cursor = keyset.cut(
        rows=rows, order=keyset.NEWEST, cursor=query.get("cursor", ""), limit=ROWS_PER_PAGE
    )
    return {
        "chips": _chips(organization, state),
        "state": state,
        "search": search,
        "causes": [] if search else found[: causes.CAUSES_SHOWN_MAX],
        "causes_hidden": max(0, len(found) - causes.CAUSES_SHOWN_MAX),
        "failed": sum(one.count for one in found),
        "cause": cause,
        "rows": [
            Row(
                posting=row,
                look=LOOKS[State(row.state)],
                can_retry=row.state in postings.RETRIED,
                waits=corrections.waits_because(posting=row),
            )
            for row in shown
        ],
        "is_first_page": "cursor" not in query,
        "older": _address(query, next_cursor) if next_cursor else "",
        "newest": _address(query, ""),
    }


def _rows(organization: Organization, state: str, cause: causes.Cause | None, search: str) -> Any:
    if cause:
        return causes.postings_of(organization=organization, cause=cause)
    rows = postings.list_postings(organization=organization, state=state)
    return postings.search(organization=organization, rows=rows, text=search) if search else rows


def _chips(organization: Organization, state: str) -> list[Chip]:
    counts = overview.counts(organization=organization)
    here = reverse("web:postings", args=[organization.slug])
    every = Chip(words=pgettext_lazy("postings", "All"), count=None, address=here, is_current=not state)
    return [every] + [
        Chip(
            words=look.words,
            count=counts.get(of, 0) if of in COUNTED else None,
            address=f"{here}?state={of.value}",
            is_current=state == of,
        )
        for of, look in LOOKS.items()
        if of is not State.SENDING
    ]


def _address(query: QueryDict, cursor: str) -> str:
    kept = query.copy()
    kept.pop("cursor", None)
    if cursor:
        kept["cursor"] = cursor
    return f"?{kept.urlencode()}"
