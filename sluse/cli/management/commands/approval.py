from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluse.cli import acting
from sluse.gate import four_eyes
from sluse.organizations import access, directory
from sluse.organizations.models import Organization
from sluse.sync import agreeing, switching

DECISIONS, WISHES = ("approve", "reject"), ("require", "waive")


class Command(BaseCommand):
    help = gettext_noop(
        "Show or decide what waits for a second administrator; require two, or ask to need only one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        self._parser = parser
        parser.add_argument("slug", help=_("short name of the organization"))
        parser.add_argument("action", nargs="?", choices=[*DECISIONS, *WISHES])
        parser.add_argument("number", nargs="?", type=int, help=_("of the request, to approve or reject it"))
        parser.add_argument("--reason", default="", help=_("why; it is kept in the sync log"))
        parser.add_argument("--as", dest="email", metavar="EMAIL", help=_("who does it"))

    def handle(self, *_args: Any, slug: str, action: str | None, number: int | None, **options: Any) -> None:
        if action is None:
            self._show(directory.find_organization(slug=slug))
            return
        if options["email"] is None or (action in DECISIONS) != (number is not None):
            self._parser.error(_("Say who does it (--as EMAIL), and for approve and reject the number."))
        organization, user = acting.administrator_of(slug=slug, email=options["email"])
        facts: dict[str, Any] = {
            "organization": organization,
            "actor": access.actor_of(user),
            "now": timezone.now(),
        }
        if action == "approve":
            switching.approve(approval_id=number or 0, **facts)
        elif action == "reject":
            agreeing.reject(approval_id=number or 0, reason=options["reason"], **facts)
        elif action == "require":
            agreeing.require_two(reason=options["reason"], **facts)
        else:
            agreeing.ask_for_one(reason=options["reason"], **facts)
        self._show(organization)

    def _show(self, organization: Organization) -> None:
        required = four_eyes.is_required(organization=organization)
        self.stdout.write(
            _("Two administrators must agree.") if required else _("One administrator is enough.")
        )
        for approval in four_eyes.open_requests(organization=organization, now=timezone.now()):
            until = timezone.localtime(approval.expires_at).isoformat(timespec="minutes")
            what = approval.get_wanted_display()
            self.stdout.write(
                f"{approval.pk}\t{what}\t{approval.requested_by_name}\t{until}\t{approval.reason}"
            )
