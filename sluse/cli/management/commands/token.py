from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluse.organizations import directory, tokens
from sluse.organizations.models import Organization, Role, User

READING = ("connector:read", "log:read", "reimbursements:read")
DAYS_MAX = 3_650


class Command(BaseCommand):
    help = gettext_noop("Create a token for the REST API. It is printed once and cannot be shown again.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        create = parser.add_subparsers(dest="action", required=True).add_parser(
            "create", help=_("create a token and print it once")
        )
        create.add_argument("email", help=_("of the user the token acts as"))
        create.add_argument("--organization", metavar="SLUG", help=_("good for this organization alone"))
        create.add_argument(
            "--scope",
            action="append",
            default=[],
            choices=tokens.SCOPES,
            help=_("may be repeated; without any, all that the user's roles allow"),
        )
        create.add_argument(
            "--expires-days", type=_days, metavar="N", help=_("days until it is no longer good")
        )
        create.add_argument("--name", default="", help=_("what it is for"))

    def handle(
        self,
        *_args: Any,
        email: str,
        organization: str | None,
        scope: Sequence[str],
        expires_days: int | None,
        name: str,
        **_options: Any,
    ) -> None:
        now = timezone.now()
        user = directory.find_user(email=email)
        bound_to = directory.find_organization(slug=organization) if organization else None
        issued = tokens.issue(
            user=user,
            organization=bound_to,
            scopes=scope or _scopes_of(user, bound_to),
            expires_at=now + timedelta(days=expires_days) if expires_days else None,
            name=name,
            now=now,
        )
        self.stdout.write(issued.plaintext)
        self.stderr.write(_("Keep it now: it is not shown again."))


def _days(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= DAYS_MAX:
        return int(text)
    raise ArgumentTypeError(_("Give a number of days from 1 to %(max)s.") % {"max": DAYS_MAX})


def _scopes_of(user: User, bound_to: Organization | None) -> Sequence[str]:
    """Every call asks for the role again, so that these are no more than a bound above it."""
    everything = [name for name in tokens.SCOPES if name != "platform"]
    if user.is_global_administrator:
        return everything if bound_to else tokens.SCOPES
    memberships = user.memberships.filter(role=Role.ADMINISTRATOR)
    if bound_to:
        memberships = memberships.filter(organization=bound_to)
    return everything if memberships.exists() else READING
