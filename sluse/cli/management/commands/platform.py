from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from sluse.gate import read
from sluse.gate.models import Hold
from sluse.gate.platform_stop import Stopped
from sluse.organizations import access, directory
from sluse.sync import holding


class Command(BaseCommand):
    help = gettext_noop("Stop every organization's sending at once, or let it go on.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        self._parser = parser
        parser.add_argument("action", nargs="?", choices=["stop", "resume"])
        parser.add_argument("--reason", help=_("why; it is kept in every organization's sync log"))
        parser.add_argument("--as", dest="email", metavar="EMAIL", help=_("who does it"))

    def handle(
        self, *_args: Any, action: str | None, reason: str | None, email: str | None, **_options: Any
    ) -> None:
        if action is None:
            hold = read.platform_stop()
            self.stdout.write(_stands(hold) if hold else _("The platform is not stopped."))
            return
        if email is None or reason is None:
            self._parser.error(_("Say who does it (--as EMAIL) and why (--reason TEXT)."))
        user = directory.find_user(email=email)
        access.require_platform(user=user)
        actor, now = access.actor_of(user), timezone.now()
        if action == "resume":
            holding.resume_platform(reason=reason, actor=actor, now=now)
            self.stdout.write(_("The stop has ended. Every switch and every other hold stand as they stood."))
            return
        self.stdout.write(_told(holding.stop_platform(reason=reason, actor=actor, now=now)))


def _stands(hold: Hold) -> str:
    facts = {
        "since": timezone.localtime(hold.since).isoformat(timespec="seconds"),
        "who": hold.by_name,
        "reason": hold.reason,
    }
    return _("The platform is stopped since %(since)s by %(who)s: %(reason)s") % facts


def _told(answer: Stopped) -> str:
    told = [_stands(answer.hold)]
    if answer.in_flight:
        words = ngettext(
            "%(count)s organization still has a request on its way; none follows.",
            "%(count)s organizations still have a request on its way; none follows.",
            answer.in_flight,
        )
        told.append(words % {"count": answer.in_flight})
    return "\n".join(told)
