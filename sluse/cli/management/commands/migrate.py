from argparse import SUPPRESS, ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.migrations.autodetector import MigrationAutodetector
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluse.up import demo as demonstration
from sluse.up import schema


class Command(BaseCommand):
    help = gettext_noop("Bring the database up to date and give the application its rights.")
    autodetector = MigrationAutodetector  # Django checks that this command and `makemigrations` have the same

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help=SUPPRESS)  # `sluse up --demo` asks for it

    def handle(self, *_args: Any, verbosity: int, demo: bool, **_options: Any) -> None:
        schema.migrate(verbosity=verbosity)
        if demo:
            demonstration.fill(now=timezone.now())
            self.stdout.write(demonstration.welcome())
        elif verbosity and not schema.has_own_owner():
            self.stdout.write(
                _(
                    "One role owns and uses this database, so only triggers protect the sync log. "
                    "Give the owner a role of its own: SLUSE_OWNER_DATABASE_URL."
                )
            )
