"""Mail to the administrators of an organization, each in their own language.

Mail is news, never the act itself: when it cannot be sent, the log says so and everything else goes on.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation

from sluse.organizations.models import Organization, Role, User

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`path` is the page to open, below the address people use."""

    subject: str
    paragraphs: tuple[str, ...]
    path: str


def to_administrators(*, organization: Organization, write: Callable[[], Letter]) -> int:
    """`write` is called once for each, in that person's language. Returns how many were sent."""
    administrators = User.objects.filter(
        memberships__organization=organization, memberships__role=Role.ADMINISTRATOR, is_active=True
    )
    return sum(_send(user, organization, write) for user in administrators.order_by("email"))


def _send(user: User, organization: Organization, write: Callable[[], Letter]) -> bool:
    with translation.override(user.language or organization.language):
        letter = write()
    subject = " ".join(letter.subject.split())
    body = "\n\n".join([*letter.paragraphs, f"{settings.BASE_URL}{letter.path}"]) + "\n"
    try:
        send_mail(subject, body, None, [user.email])
    except Exception:
        # Any failure of any mail server: what the mail tells of has happened, and stands on the screen.
        logger.exception("A mail to an administrator of %s could not be sent.", organization.slug)
        return False
    return True
