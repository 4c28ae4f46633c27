"""The filters of the sync log: kept in the address, so that a link shows the same rows to whoever opens it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sluse.audit.models import Entry, EntryQuerySet, Type
from sluse.organizations.models import Organization

NAMES = ("type", "status", "when", "from", "to", "person", "run", "posting")
TYPES: dict[str, str | Promise] = {
    Type.SWITCH: _("Switch"),
    Type.RUN: _("Run"),
    Type.ATTEMPT: _("Sending"),
    Type.SETTINGS: _("Settings"),
    Type.CREDENTIALS: _("Credentials"),
    Type.MAPPING: _("Mapping"),
    Type.TEST: _("Connection test"),
    Type.REFUSED: _("Refused"),
    Type.HOLD: _("Hold"),
    Type.ORGANIZATION: _("Organization"),
    Type.MEMBER: _("Member"),
    Type.TOKEN: _("API token"),
    Type.WITHDRAWAL: _("Withdrawal"),
    Type.SCHEDULE: _("Schedule"),
    Type.RETRY: _("Another try"),
    Type.APPROVAL: _("Two administrators"),
    Type.RECONCILIATION: _("Comparison"),
}
STATUSES: dict[str, str | Promise] = {"ok": _("Without error"), "error": _("With error or refused")}
PRESETS: dict[str, tuple[str | Promise, int]] = {
    "today": (pgettext_lazy("period", "Today"), 1),
    "week": (_("The last 7 days"), 7),
    "month": (_("The last 30 days"), 30),
    "year": (_("The last 365 days"), 365),
}
"""The name in the address, the words, and how many days back including today."""
SHOWN_CHARACTERS_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    type: str = ""
    status: str = ""
    when: str = ""
    since: date | None = None
    until: date | None = None
    person: str = ""
    run: UUID | None = None
    posting: UUID | None = None

    @property
    def is_active(self) -> bool:
        return self != Filters()


def read(query: Mapping[str, str]) -> Filters:
    """What the address does not name well is left out, and `mistakes` says so."""
    when = query.get("when", "")
    return Filters(
        type=_known(query.get("type", ""), TYPES),
        status=_known(query.get("status", ""), STATUSES),
        when=_known(when, PRESETS),
        since=_day(query.get("from", "")),
        until=_day(query.get("to", "")),
        person=query.get("person", "").strip()[:64],
        run=_uuid(query.get("run", "")),
        posting=_uuid(query.get("posting", "")),
    )


def entries(*, organization: Organization, filters: Filters, now: datetime) -> EntryQuerySet:
    """A preset goes before a range. Both count days in the organization's own zone."""
    zone = ZoneInfo(organization.time_zone)
    since, until = filters.since, filters.until
    if filters.when:
        days = PRESETS[filters.when][1]
        since, until = now.astimezone(zone).date() - timedelta(days=days - 1), None
    return Entry.objects.of(organization_id=organization.pk).filtered(
        type=filters.type,
        status=filters.status,
        since=_midnight(since, zone) if since else None,
        until=_midnight(until + timedelta(days=1), zone) if until else None,
        actor_id=filters.person,
        run_id=filters.run,
        posting_id=filters.posting,
    )


def mistakes(*, query: Mapping[str, str], filters: Filters) -> dict[str, str]:
    """By field, what the address asks for and nobody can be shown, with what was done instead."""
    taken = {
        "type": filters.type,
        "status": filters.status,
        "when": filters.when,
        "run": filters.run,
        "posting": filters.posting,
        "from": filters.since,
        "to": filters.until,
    }
    found = {
        name: _left_out(name, query[name]) for name, value in taken.items() if query.get(name) and not value
    }
    if filters.when and (filters.since or filters.until):
        found["when"] = gettext(
            "A period and days were chosen. The period is used; choose “All, or from and to” to use the days."
        )
    elif filters.since and filters.until and filters.since > filters.until:
        found["to"] = gettext("From day comes after to day, so no row can match.")
    return found


def _left_out(name: str, text: str) -> str:
    facts = {"text": text[:SHOWN_CHARACTERS_MAX], "example": "2026-11-27"}
    if name in {"from", "to"}:
        sentence = gettext("“%(text)s” is not a day, and was left out. Write it like %(example)s.")
    elif name in {"run", "posting"}:
        sentence = gettext("“%(text)s” names no run and no posting, and was left out.")
    else:
        sentence = gettext("“%(text)s” is not among the choices, and was left out.")
    return sentence % facts


def in_words(*, filters: Filters, people: Mapping[str, str]) -> list[tuple[str, str]]:
    """For paper, where the form is not: what was chosen, each with its name."""
    told = [
        (pgettext("log", "What"), TYPES.get(filters.type, "")),
        (gettext("Outcome"), STATUSES.get(filters.status, "")),
        (gettext("Who"), people.get(filters.person, filters.person)),
        (gettext("Period"), PRESETS[filters.when][0] if filters.when else ""),
        (gettext("From day"), _written(filters.since)),
        (gettext("To day, included"), _written(filters.until)),
        (gettext("Run"), filters.run or ""),
        (gettext("Posting"), filters.posting or ""),
    ]
    return [(name, str(value)) for name, value in told if value]


def _written(day: date | None) -> str:
    return formats.date_format(day, "DATE_FORMAT") if day else ""


def query_string(query: Mapping[str, str], **changes: str) -> str:
    chosen = {name: query[name] for name in NAMES if query.get(name)} | changes
    return f"?{urlencode(chosen)}" if chosen else ""


def _known(value: str, choices: Mapping[str, object]) -> str:
    return value if value in choices else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)
