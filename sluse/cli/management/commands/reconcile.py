from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluse.audit.actor import SYSTEM
from sluse.cli import acting
from sluse.organizations import access, directory
from sluse.organizations.errors import SluseError
from sluse.sync import reconcile, reconciliation_export
from sluse.sync.models import Reconciliation


class Command(BaseCommand):
    help = gettext_noop("Compare an organization's postings with its accounting system, both ways.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help=_("short name of the organization"))
        parser.add_argument(
            "--since", type=date.fromisoformat, metavar="2026-11-01", help=_("first day; without it, 35 days")
        )
        parser.add_argument("--as", dest="email", metavar="EMAIL", help=_("who does it"))
        parser.add_argument("--csv", action="store_true", dest="as_csv", help=_("print what differs as CSV"))

    def handle(
        self,
        *_args: Any,
        slug: str,
        since: date | None,
        email: str | None,
        as_csv: bool,
        **_options: Any,
    ) -> None:
        """Whoever may type here reads the database anyway; with `--as` the log names a person."""
        actor = SYSTEM
        if email:
            organization, user = acting.administrator_of(slug=slug, email=email)
            actor = access.actor_of(user)
        else:
            organization = directory.find_organization(slug=slug)
        row = reconcile.now_for(organization=organization, actor=actor, now=timezone.now(), since=since)
        if as_csv:
            self.stdout.write("".join(reconciliation_export.csv_lines(row)), ending="")
        else:
            self.stdout.write(reconciliation_export.told(row))
        if row.outcome == Reconciliation.Outcome.FAILED:
            raise SluseError(_("Could not be compared: %(error)s") % {"error": row.error})
        if row.outcome == Reconciliation.Outcome.DIFFERENT:
            raise SluseError(_("Sluse and the accounting system differ."))
