from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluse.cli import acting
from sluse.organizations import access
from sluse.webhooks import secret


class Command(BaseCommand):
    help = gettext_noop("Make or remove the secret with which a source system signs its webhooks.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["secret", "remove"])
        parser.add_argument("slug", help=_("short name of the organization"))
        parser.add_argument("--as", dest="email", metavar="EMAIL", required=True, help=_("who does it"))

    def handle(self, *_args: Any, action: str, slug: str, email: str, **_options: Any) -> None:
        organization, user = acting.administrator_of(slug=slug, email=email)
        actor, now = access.actor_of(user), timezone.now()
        if action == "remove":
            secret.remove(organization=organization, actor=actor, now=now)
            self.stdout.write(_("The secret is removed. Nothing is taken in by webhook any more."))
            return
        self.stdout.write(secret.make(organization=organization, actor=actor, now=now))
        facts = {"address": f"{settings.BASE_URL}/webhooks/{organization.slug}/reimbursements"}
        told = _(
            "Give this secret and the address %(address)s to the source system. It is shown once. A secret before it "
            "still counts for 24 hours."
        )
        self.stderr.write(told % facts)
