import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluse.cli import acting
from sluse.organizations import access
from sluse.organizations.errors import SluseError
from sluse.organizations.models import Organization
from sluse.sync import preview, runs
from sluse.sync.models import Run
from sluse.vouchers.voucher import kroner

LOOK_AGAIN_SECONDS = 0.5


class Command(BaseCommand):
    help = gettext_noop("Start a run by hand, or show with --dry-run what it would send.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help=_("short name of the organization"))
        parser.add_argument("--as", dest="email", metavar="EMAIL", required=True, help=_("who does it"))
        parser.add_argument("--dry-run", action="store_true", help=_("send nothing, show the vouchers"))
        parser.add_argument("--wait", action="store_true", help=_("until it has finished"))

    def handle(self, *_args: Any, slug: str, email: str, dry_run: bool, wait: bool, **_options: Any) -> None:
        organization, user = acting.administrator_of(slug=slug, email=email)
        if dry_run:
            self._show(preview.dry_run(organization=organization))
            return
        run = runs.start_manual(organization=organization, actor=access.actor_of(user), now=timezone.now())
        self.stdout.write(_("Run %(id)s has started.") % {"id": run.pk})
        if wait:
            self._finish(self._waited(organization, run))

    def _show(self, tried: preview.DryRun) -> None:
        for item in tried.items:
            what = item.voucher.reference if item.voucher else " ".join(p.detail for p in item.problems)
            self.stdout.write(f"{item.posting.external_id}\t{kroner(item.posting.total_ore)}\t{what}")
        facts = {"ready": tried.ready, "total": kroner(tried.total_ore)}
        facts["refused"] = len(tried.items) - tried.ready
        self.stdout.write(
            _("Would be sent: %(ready)s, %(total)s in all. Cannot be built: %(refused)s.") % facts
        )

    def _waited(self, organization: Organization, run: Run) -> Run:
        """A line for every change; Ctrl-C stops the looking, not the run."""
        last = ""
        while True:
            run = runs.get_run(organization=organization, run_id=run.pk)
            line = _progress(run)
            if line != last:
                self.stdout.write(line)
                self.stdout.flush()
                last = line
            if run.is_finished:
                return run
            time.sleep(LOOK_AGAIN_SECONDS)

    def _finish(self, run: Run) -> None:
        if run.outcome == Run.Outcome.SUCCEEDED:
            self.stdout.write(str(run.get_outcome_display()))
            return
        raise SluseError(" ".join([f"{run.get_outcome_display()}.", run.reason]).strip())


def _progress(run: Run) -> str:
    facts = {name: getattr(run, name) for name in ("posted", "delivered", "failed", "unknown", "total")}
    return (
        _("Posted %(posted)s, delivered %(delivered)s, failed %(failed)s, unknown %(unknown)s of %(total)s.")
        % facts
    )
