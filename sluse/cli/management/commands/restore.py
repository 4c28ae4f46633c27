from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluse.cli import acting
from sluse.gate import restored
from sluse.organizations import access, directory
from sluse.organizations.models import Organization
from sluse.sync import incarnation, reconciliation_export, restore
from sluse.sync.incarnation import Finding


class Command(BaseCommand):
    help = gettext_noop("After the database was restored from a backup: check, report, release.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("check", help=_("was the database restored? If so, everything is switched off"))
        actions.add_parser("declare", help=_("say that it was: everything is switched off"))
        report = actions.add_parser("report", help=_("what the comparison after the restore found"))
        release = actions.add_parser("release", help=_("end the hold; enables nothing"))
        for named in (report, release):
            named.add_argument("slug", help=_("short name of the organization"))
        release.add_argument("--reason", required=True, help=_("why; it is kept in the sync log"))
        release.add_argument("--as", dest="email", metavar="EMAIL", required=True, help=_("who does it"))

    def handle(self, *_args: Any, action: str, **options: Any) -> None:
        now = timezone.now()
        if action == "check":
            self._tell(incarnation.check(now=now))
        elif action == "declare":
            incarnation.declare(now=now)
            self._tell(Finding.RESTORED)
        elif action == "report":
            self.stdout.write(_report(directory.find_organization(slug=options["slug"])))
        else:
            organization, user = acting.administrator_of(slug=options["slug"], email=options["email"])
            actor = access.actor_of(user)
            restore.release(organization=organization, reason=options["reason"], actor=actor, now=now)
            self.stdout.write(_("Released. The switch is still off."))

    def _tell(self, finding: Finding) -> None:
        sentences = {
            Finding.RESTORED: _(
                "The database was restored from a backup. Every switch is off, and open postings are looked up before "
                "they are sent. For each organization: sluse reconcile SLUG, then sluse restore release SLUG."
            ),
            Finding.DOUBTFUL: _(
                "Nothing here proves that the database was not restored. What is about the time until now is looked up "
                "before it is sent."
            ),
        }
        if finding in sentences:
            self.stdout.write(sentences[finding])


def _report(organization: Organization) -> str:
    hold = restored.open_hold(organization=organization)
    if hold is None:
        return _("No restore is waiting to be released.")
    found = restore.report(organization=organization, hold=hold)
    if found is None:
        rested = timezone.localtime(restore.rested_at(organization=organization, hold=hold))
        sentence = _("Not compared yet. Compare after %(when)s: sluse reconcile %(slug)s")
        return sentence % {"when": rested.isoformat(timespec="minutes"), "slug": organization.slug}
    return reconciliation_export.told(found)
