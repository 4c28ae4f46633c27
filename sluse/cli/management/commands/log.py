import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from sluse.audit import export, heads, verifying
from sluse.audit.heads import Head
from sluse.audit.models import Entry
from sluse.organizations import directory
from sluse.organizations.errors import SluseError
from sluse.organizations.models import Organization

FORMATS = {"csv": export.csv_lines, "jsonl": export.json_lines}
ROWS_AT_ONCE = 2_000


class Command(BaseCommand):
    help = gettext_noop(
        "Verify that the sync log is what was written, export it, or print the heads of its chains."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        verify_parser = actions.add_parser("verify", help=_("check the chain of every row"))
        verify_parser.add_argument("slug", nargs="?", help=_("one organization; without it, all"))
        verify_parser.add_argument(
            "--heads",
            dest="published",
            metavar="FILE",
            help=_("a mail or file with heads told earlier; - reads them from standard input"),
        )
        actions.add_parser("heads", help=_("the last row of every organization, to be kept elsewhere"))
        export_parser = actions.add_parser("export", help=_("write the log, oldest row first"))
        export_parser.add_argument("slug", help=_("short name of the organization"))
        export_parser.add_argument("--format", choices=sorted(FORMATS), default="csv", dest="form")

    def handle(self, *_args: Any, action: str, slug: str | None = None, **options: Any) -> None:
        chosen = [directory.find_organization(slug=slug)] if slug else list(Organization.objects.all())
        if action == "verify":
            self._verify(chosen, _read(options["published"]))
        elif action == "heads":
            slugs = {organization.pk: organization.slug for organization in chosen}
            self.stdout.write("\n".join(str(head) for head in heads.current(slugs=slugs)))
        else:
            self._export(chosen[0], options["form"])

    def _verify(self, organizations: list[Organization], published: Sequence[Head]) -> None:
        """Every organization is looked at, also after the first that is broken."""
        broken = [one.slug for one in organizations if not self._is_whole(one, published)]
        if broken:
            raise SluseError(_("The log was tampered with or is damaged: %s") % ", ".join(broken))

    def _is_whole(self, organization: Organization, published: Sequence[Head]) -> bool:
        own = [head for head in published if head.organization_slug == organization.slug]
        found = verifying.at_once(organization_id=organization.pk, heads=own, now=timezone.now())
        rows = ngettext("%(count)s row", "%(count)s rows", found.entries) % {"count": found.entries}
        verdict = (_("whole, %(rows)s") if found.ok else _("BROKEN at row %(row)s: %(reason)s")) % {
            "rows": rows,
            "row": found.first_broken,
            "reason": found.reason,
        }
        self.stdout.write(f"{organization.slug}: {verdict}")
        return found.ok

    def _export(self, organization: Organization, form: str) -> None:
        entries = Entry.objects.of(organization_id=organization.pk).order_by("sequence")
        for line in FORMATS[form](entries.iterator(chunk_size=ROWS_AT_ONCE)):
            self.stdout.write(line, ending="")


def _read(name: str | None) -> list[Head]:
    """A file without any head would verify nothing and say that all is well."""
    if name is None:
        return []
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise SluseError(f"{name}: {error.strerror}") from error
    found = heads.read(text.splitlines())
    if not found:
        raise SluseError(_("There is no head in it: a line with short name, number and hash."))
    return found
