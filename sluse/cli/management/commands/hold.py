from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluse.cli import acting
from sluse.gate import read
from sluse.gate.models import Hold
from sluse.organizations import access, directory
from sluse.organizations.models import Organization
from sluse.sync import holding

ACTIONS: dict[str, Callable[..., Hold]] = {
    "plan": holding.plan_window,
    "change": holding.change_window,
    "end": holding.end_hold,
}


class Command(BaseCommand):
    help = gettext_noop(
        "Show what holds an organization's sending, plan a maintenance window, or end a hold."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        self._parser = parser
        parser.add_argument("slug", help=_("short name of the organization"))
        parser.add_argument("action", nargs="?", choices=list(ACTIONS))
        parser.add_argument("number", nargs="?", type=int, help=_("of the hold, to change or end it"))
        parser.add_argument("--from", dest="starts", default="", metavar="2026-12-24T18:00")
        parser.add_argument("--to", dest="ends", default="", metavar="2026-12-27T06:00")
        parser.add_argument(
            "--time-zone", default="", help=_("of both times; without it, the organization's own")
        )
        parser.add_argument("--reason", help=_("why; it is kept in the sync log"))
        parser.add_argument("--as", dest="email", metavar="EMAIL", help=_("who does it"))

    def handle(
        self,
        *_args: Any,
        slug: str,
        action: str | None,
        email: str | None,
        reason: str | None,
        **options: Any,
    ) -> None:
        now = timezone.now()
        if action is None:
            self._show(directory.find_organization(slug=slug), now)
            return
        if email is None or reason is None:
            self._parser.error(_("Say who does it (--as EMAIL) and why (--reason TEXT)."))
        if (action == "plan") != (options["number"] is None):
            self._parser.error(_("To change or end a hold give its number; a new window has none yet."))
        organization, user = acting.administrator_of(slug=slug, email=email)
        facts = {
            "organization": organization,
            "reason": reason,
            "actor": access.actor_of(user),
            "now": now,
        }
        if action != "plan":
            facts["hold_id"] = options["number"]
        if action != "end":
            facts |= {name: options[name] for name in ("starts", "ends", "time_zone")}
        self.stdout.write(_line(ACTIONS[action](**facts), now))

    def _show(self, organization: Organization, now: datetime) -> None:
        rows = holding.list_holds(organization=organization).filter(ended_at=None).order_by("since", "pk")
        for hold in rows:
            self.stdout.write(_line(hold, now))
        if not rows:
            self.stdout.write(_("Nothing holds."))


def _line(hold: Hold, now: datetime) -> str:
    state = _("planned")
    if hold.ended_at is not None:
        state = _("ended")
    elif read.fact(hold).is_active(now=now):
        state = _("holds now")
    times = timezone.localtime(hold.since).isoformat(timespec="minutes")
    if hold.starts_local:
        times = f"{hold.starts_local} – {hold.ends_local} {hold.time_zone}"
    return f"{hold.pk}\t{hold.get_kind_display()}\t{state}\t{times}\t{hold.reason}"
