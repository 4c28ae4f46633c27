"""Mail about what begins and what ends: once for each cause, not once for each record, and once when all is well again."""

import logging
from datetime import datetime

from django.db import transaction

from sluse import reach
from sluse.organizations import mail
from sluse.organizations.models import Notice, Organization
from sluse.sync import conditions, news_letters
from sluse.sync.conditions import Condition

logger = logging.getLogger(__name__)

URGENT = frozenset(
    {
        Notice.Kind.FAILURE,
        Notice.Kind.CONFLICT,
        Notice.Kind.UNKNOWN,
        Notice.Kind.RUN_MISSING,
        Notice.Kind.COMPARISON,
        Notice.Kind.DIFFERENCE,
        Notice.Kind.CREDENTIALS,
        Notice.Kind.CHAIN,
    }
)
"""After these, being well again is news too."""
TOLD_AT_ONCE_MAX = 5
"""More new causes than these stand in one letter together: a mailbox is not a log."""


@reach.platform()
def tell(*, now: datetime) -> int:
    """Returns how many letters were sent. One organization that cannot be asked keeps no other from its mail."""
    sent = 0
    for organization in Organization.objects.filter(pk__in=conditions.concerned(now=now)).order_by("pk"):
        try:
            with reach.organization(organization_id=organization.pk):
                sent += tell_of(organization=organization, now=now)
        except Exception:
            # Mail is news, never the act itself: the next round tries again, and the others must not wait for it.
            logger.exception("The news of organization %s could not be told.", organization.slug)
    return sent


def tell_of(*, organization: Organization, now: datetime) -> int:
    present = conditions.of(organization=organization, now=now)
    begun, ended, left = _note(organization, present, now)
    begun = _shortest(begun)
    sent = 0
    if len(begun) > TOLD_AT_ONCE_MAX:
        sent += _send(organization, begun)
    else:
        sent += sum(_send(organization, [one]) for one in begun)
    settled = [
        kind for kind in ended if conditions.is_expected(kind=kind, organization=organization, now=now)
    ]
    if any(kind in URGENT for kind in settled) and not any(kind in URGENT for kind in left):
        sent += mail.to_members(
            organization=organization, write=lambda: news_letters.recovered(organization), urgent=False
        )
    return sent


def _note(
    organization: Organization, present: list[Condition], now: datetime
) -> tuple[list[Condition], list[str], list[str]]:
    """What has begun, and the kinds of what has ended and of what is left. Noted first: a letter too few is better than
    the same letter every five minutes."""
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        known = {
            (one.kind, one.key): one
            for one in Notice.objects.filter(organization=organization, ended_at=None)
        }
        there = {(one.kind.value, one.key) for one in present}
        begun = [one for one in present if (one.kind.value, one.key) not in known]
        gone = [notice for name, notice in known.items() if name not in there]
        Notice.objects.filter(pk__in=[notice.pk for notice in gone]).update(ended_at=now)
        Notice.objects.bulk_create(
            Notice(organization=organization, kind=one.kind, key=one.key, told_at=now) for one in begun
        )
    return begun, [notice.kind for notice in gone], [one.kind for one in present]


def _shortest(begun: list[Condition]) -> list[Condition]:
    """An end that is near from the start is told once, not at each of the days that it is nearer than."""
    ends = [one for one in begun if one.kind is Notice.Kind.CREDENTIALS]
    return [one for one in begun if one not in ends[:-1]]


def _send(organization: Organization, told: list[Condition]) -> int:
    urgent = any(one.kind in URGENT for one in told)
    return mail.to_members(
        organization=organization, write=lambda: news_letters.begun(organization, told), urgent=urgent
    )
