"""Once a week, in plain words: what was posted, what waits, what needs somebody."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.numbers import format_currency
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sluse import reach
from sluse.audit.models import Entry, Type
from sluse.organizations import mail
from sluse.organizations.mail import Letter
from sluse.organizations.models import Notice, Organization
from sluse.sync import activity, overview
from sluse.sync.overview import OverviewRow
from sluse.vouchers.voucher import kroner

WEEKDAY, HOUR = 0, 7
"""Monday, seven in the morning of the organization's own zone."""
WEEK = timedelta(days=7)
LOCALES = {"nb": "nb", "nn": "nn", "en": "en_NO"}


@reach.platform()
def send_due(*, now: datetime) -> int:
    """Called every hour; an organization's turn comes once a week. Returns how many letters were sent."""
    due = Organization.objects.filter(connector__isnull=False).order_by("pk")
    return sum(_send_if_due(organization, now) for organization in due)


def letter(organization: Organization, now: datetime) -> Letter:
    row = overview.row(organization=organization, now=now)
    days = activity.days(organization=organization, now=now, count=7)
    posted, posted_ore = sum(day.posted for day in days), sum(day.posted_ore for day in days)
    toggles = Entry.objects.of(organization_id=organization.pk).filtered(type=Type.SWITCH, since=now - WEEK)
    return Letter(
        subject=_("%(organization)s: the week in Sluse") % {"organization": organization.name},
        paragraphs=(
            _posted(posted, posted_ore),
            _waiting(row),
            *_trouble(row),
            *([_toggles(toggles.count())] if toggles.exists() else []),
            _("You can stop this letter under Notifications."),
        ),
        path=f"/o/{organization.slug}/",
    )


def _send_if_due(organization: Organization, now: datetime) -> int:
    with reach.organization(organization_id=organization.pk):
        return _send(organization, now) if _is_time(organization, now) else 0


def _is_time(organization: Organization, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(organization.time_zone))
    return (local.weekday(), local.hour) == (WEEKDAY, HOUR) and _is_first(organization, now)


def _send(organization: Organization, now: datetime) -> int:
    return mail.to_members(organization=organization, write=lambda: letter(organization, now), digest=True)


def _is_first(organization: Organization, now: datetime) -> bool:
    week = now.astimezone(ZoneInfo(organization.time_zone)).strftime("%G-W%V")
    _notice, created = Notice.objects.get_or_create(
        organization=organization,
        kind=Notice.Kind.DIGEST,
        key=week,
        defaults={"told_at": now, "ended_at": now},
    )
    return created


def _posted(count: int, ore: int) -> str:
    sentence = ngettext(
        "%(count)s posting reached the accounting system, %(sum)s in all.",
        "%(count)s postings reached the accounting system, %(sum)s in all.",
        count,
    )
    return sentence % {"count": count, "sum": _nok(ore)}


def _waiting(row: OverviewRow) -> str:
    if not row.pending:
        return _("Nothing waits.")
    sentence = ngettext(
        "%(count)s posting waits, %(sum)s.", "%(count)s postings wait, %(sum)s in all.", row.pending
    )
    return sentence % {"count": row.pending, "sum": _nok(row.pending_ore)}


def _trouble(row: OverviewRow) -> list[str]:
    found = []
    if row.failed:
        sentence = ngettext("%(count)s was refused.", "%(count)s were refused.", row.failed)
        found.append(sentence % {"count": row.failed})
    if row.unknown or row.conflicts:
        found.append(_("Some are of unknown outcome or in conflict: look under Queue and failures."))
    return found


def _toggles(count: int) -> str:
    sentence = ngettext(
        "The switch was turned %(count)s time.", "The switch was turned %(count)s times.", count
    )
    return sentence % {"count": count}


def _nok(ore: int) -> str:
    return format_currency(kroner(ore), "NOK", locale=LOCALES.get(translation.get_language() or "", "nb"))
