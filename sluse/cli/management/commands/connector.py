from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from sluse.cli import acting
from sluse.connectors.probing import Finding, Verdict
from sluse.organizations import access
from sluse.organizations.errors import SluseError
from sluse.sync import setup

WRONG = {Verdict.DIFFERS, Verdict.FAILED}


class Command(BaseCommand):
    help = gettext_noop(
        "Ask an organization's accounting system whether it is as Sluse assumes. It only reads."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        probe = actions.add_parser("probe", help=_("compare a real tenant with what is assumed"))
        probe.add_argument("slug", help=_("short name of the organization"))
        probe.add_argument("--as", dest="email", metavar="EMAIL", required=True, help=_("who does it"))

    def handle(self, *_args: Any, slug: str, email: str, **_options: Any) -> None:
        organization, user = acting.administrator_of(slug=slug, email=email)
        findings = setup.probe_connector(
            organization=organization, actor=access.actor_of(user), now=timezone.now()
        )
        for line in _table(findings):
            self.stdout.write(line)
        wrong = sum(one.verdict in WRONG for one in findings)
        if wrong:
            raise SluseError(
                ngettext(
                    "%(count)s check did not find what is assumed; docs/onboarding.md says what to do.",
                    "%(count)s checks did not find what is assumed; docs/onboarding.md says what to do.",
                    wrong,
                )
                % {"count": wrong}
            )


def _table(findings: Sequence[Finding]) -> list[str]:
    rows = [(_("check"), _("assumed"), _("found"), _("verdict"))]
    rows += [(one.probe.name, one.probe.assumed, one.found or "–", _word(one.verdict)) for one in findings]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return ["  ".join([*map(str.ljust, row[:3], widths), row[3]]) for row in rows]


def _word(verdict: Verdict) -> str:
    return {
        Verdict.OK: _("ok"),
        Verdict.DIFFERS: _("DIFFERS"),
        Verdict.NOTHING_YET: _("not run: nothing there yet that could tell"),
        Verdict.BY_HAND: _("not run: by hand"),
        Verdict.FAILED: _("COULD NOT BE ASKED"),
    }[verdict]
