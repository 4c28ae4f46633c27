import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluse.up import supervisor


class Command(BaseCommand):
    help = gettext_noop("Start everything: database, web, worker; with --demo also sandbox and demo data.")
    requires_system_checks = []  # what they would ask for is made here

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help=_("with demo organizations and ERP sandbox"))
        parser.add_argument("--port", type=int, default=8000, help=_("of the web server; 0 picks a free one"))

    def handle(self, *_args: Any, demo: bool, port: int, **_options: Any) -> None:
        wishes = supervisor.Wishes(
            data_dir=settings.DATA_DIR, port=port, demo=demo, variables=dict(os.environ)
        )
        supervisor.run(wishes=wishes)
