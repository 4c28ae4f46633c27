from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from sluse.cli import acting
from sluse.gate.read import State
from sluse.organizations import access, directory
from sluse.organizations.errors import ConflictError
from sluse.sync import switching
from sluse.sync.switching import SwitchAnswer


class Command(BaseCommand):
    help = gettext_noop("Show an organization's switch, or turn it on or off.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        self._parser = parser
        parser.add_argument("slug", help=_("short name of the organization"))
        parser.add_argument("state", nargs="?", choices=["on", "off"])
        parser.add_argument("--reason", help=_("why; it is kept in the sync log"))
        parser.add_argument("--as", dest="email", metavar="EMAIL", help=_("who does it"))

    def handle(
        self,
        *_args: Any,
        slug: str,
        state: str | None,
        reason: str | None,
        email: str | None,
        **_options: Any,
    ) -> None:
        now = timezone.now()
        if state is None:
            organization = directory.find_organization(slug=slug)
            self.stdout.write(_sentences(switching.show(organization=organization, now=now)))
            return
        if email is None or reason is None:
            self._parser.error(_("Say who does it (--as EMAIL) and why (--reason TEXT)."))
        self.stdout.write(_sentences(_turn(slug, state, reason, email, now)))


def _turn(slug: str, state: str, reason: str, email: str, now: datetime) -> SwitchAnswer:
    """The version is the one read just before: whoever types the command decides now, not over an older page."""
    organization, user = acting.administrator_of(slug=slug, email=email)
    actor = access.actor_of(user)
    if state == "off":
        return switching.disable(organization=organization, reason=reason, actor=actor, now=now)
    version = switching.show(organization=organization, now=now).version
    try:
        return switching.enable(
            organization=organization, version=version, reason=reason, actor=actor, now=now
        )
    except ConflictError as error:
        missing = [f"  {thing['detail']}" for thing in error.extra.get("missing", [])]
        raise ConflictError("\n".join([str(error), *missing]), code=error.code) from error


def _sentences(switch: SwitchAnswer) -> str:
    states = {
        State.ENABLED: _("The switch is on."),
        State.DISABLING: _("The switch is being turned off: a request is still on its way."),
        State.DISABLED: _("The switch is off."),
    }
    told = [states[switch.state]]
    if switch.approval:
        told.append(_("A second administrator must approve request %(id)s.") % {"id": switch.approval.pk})
    if switch.since:
        facts = {"since": timezone.localtime(switch.since).isoformat(timespec="seconds")}
        facts |= {"by": switch.by, "reason": switch.reason, "version": str(switch.version)}
        told.append(_("Since %(since)s, by %(by)s: %(reason)s (version %(version)s).") % facts)
    waiting = ngettext("%(count)s posting is waiting.", "%(count)s postings are waiting.", switch.pending)
    told.append(waiting % {"count": switch.pending})
    if switch.unresolved:
        unresolved = ngettext(
            "%(count)s posting is unresolved.", "%(count)s postings are unresolved.", switch.unresolved
        )
        told.append(unresolved % {"count": switch.unresolved})
    if switch.delivered:
        delivered = ngettext(
            "%(count)s of them is in the accounting system's import, which posts it whatever the switch says.",
            "%(count)s of them are in the accounting system's import, which posts them whatever the switch says.",
            switch.delivered,
        )
        told.append(delivered % {"count": switch.delivered})
    return "\n".join(told)
