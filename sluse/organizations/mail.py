"""Mail to the members of an organization or the administrators of the platform, each in their own language.

Mail is news, never the act itself: when it cannot be sent, the log says so and everything else goes on.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation

from sluse.organizations.models import Mails, Membership, Organization, User

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`path` is the page to open, below the address people use."""

    subject: str
    paragraphs: tuple[str, ...]
    path: str


def to_members(
    *, organization: Organization, write: Callable[[], Letter], urgent: bool = True, digest: bool = False
) -> int:
    """Those who wish it. `write` is called once for each, in that person's language. Returns how many were sent."""
    wished = [Mails.ALL, Mails.URGENT] if urgent else [Mails.ALL]
    members = Membership.objects.filter(organization=organization, user__is_active=True).select_related(
        "user"
    )
    members = members.filter(weekly_digest=True) if digest else members.filter(mails__in=wished)
    return sum(_send(member.user, organization.language, write) for member in members.order_by("user__email"))


def to_global_administrators(*, write: Callable[[], Letter]) -> int:
    people = User.objects.filter(is_global_administrator=True, is_active=True)
    return sum(_send(user, settings.LANGUAGE_CODE, write) for user in people.order_by("email"))


def _send(user: User, language: str, write: Callable[[], Letter]) -> bool:
    with translation.override(user.language or language):
        letter = write()
    subject = " ".join(letter.subject.split())
    body = "\n\n".join([*letter.paragraphs, f"{settings.BASE_URL}{letter.path}"]) + "\n"
    try:
        send_mail(subject, body, None, [user.email])
    except Exception:
        # Any failure of any mail server: what the mail tells of has happened, and stands on the screen.
        logger.exception("A mail to %s could not be sent.", user.pk)
        return False
    return True
