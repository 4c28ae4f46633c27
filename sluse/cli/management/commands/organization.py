from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluse.audit.actor import SYSTEM
from sluse.organizations import directory
from sluse.organizations.models import Language


class Command(BaseCommand):
    help = gettext_noop("Create an organization.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        create = parser.add_subparsers(dest="action", required=True).add_parser(
            "create", help=_("create an organization")
        )
        create.add_argument("slug", help=_("its short name in addresses: small letters, digits, hyphens"))
        create.add_argument("--name", required=True)
        create.add_argument(
            "--org-number", default="", dest="organization_number", help=_("organization number, 9 digits")
        )
        create.add_argument("--time-zone", default="Europe/Oslo")
        create.add_argument("--language", default=Language.BOKMAL, choices=Language.values)

    def handle(
        self,
        *_args: Any,
        slug: str,
        name: str,
        organization_number: str,
        time_zone: str,
        language: str,
        **_options: Any,
    ) -> None:
        organization = directory.create_organization(
            slug=slug,
            name=name,
            organization_number=organization_number,
            time_zone=time_zone,
            language=language,
            actor=SYSTEM,
            now=timezone.now(),
        )
        self.stdout.write(
            _("%(name)s was created as %(slug)s.") % {"name": organization.name, "slug": organization.slug}
        )
