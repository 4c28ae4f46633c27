import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluse.audit.actor import SYSTEM
from sluse.organizations import directory
from sluse.organizations.models import Language, Role


class Command(BaseCommand):
    help = gettext_noop("Create a user.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        create = parser.add_subparsers(dest="action", required=True).add_parser(
            "create", help=_("create a user")
        )
        create.add_argument("email")
        create.add_argument("--name", default="")
        create.add_argument("--language", default="", choices=["", *Language.values])
        create.add_argument("--global-admin", action="store_true", help=_("administrator of the platform"))
        create.add_argument(
            "--admin",
            action="append",
            default=[],
            metavar="SLUG",
            help=_("administrator of this organization"),
        )
        create.add_argument(
            "--auditor", action="append", default=[], metavar="SLUG", help=_("auditor of this organization")
        )
        create.add_argument(
            "--password-stdin", action="store_true", help=_("read the password from standard input")
        )

    def handle(
        self,
        *_args: Any,
        email: str,
        name: str,
        language: str,
        global_admin: bool,
        admin: Sequence[str],
        auditor: Sequence[str],
        password_stdin: bool,
        **_options: Any,
    ) -> None:
        """All or nothing: an organization that is not there leaves no user behind."""
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
        now = timezone.now()
        with transaction.atomic():
            user = directory.create_user(
                email=email,
                name=name,
                password=password,
                language=language,
                is_global_administrator=global_admin,
                now=now,
            )
            for role, slugs in ((Role.AUDITOR, auditor), (Role.ADMINISTRATOR, admin)):
                for slug in slugs:
                    organization = directory.find_organization(slug=slug)
                    directory.add_member(
                        organization=organization, user=user, role=role, actor=SYSTEM, now=now
                    )
        self.stdout.write(_("%(email)s was created.") % {"email": user.email})
