from argparse import SUPPRESS, ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluse.up import sandboxes


class Command(BaseCommand):
    help = gettext_noop("Run a local accounting system to try things out on.")
    requires_system_checks = []  # it needs neither keys nor a database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("system", choices=sorted(sandboxes.APPLICATIONS), help=_("which one"))
        parser.add_argument("--port", type=int, default=0, help=_("0 picks a free one"))
        parser.add_argument("--descriptor", type=int, help=SUPPRESS)  # of a socket that is bound already

    def handle(self, *_args: Any, system: str, port: int, descriptor: int | None, **_options: Any) -> None:
        sandboxes.serve(system=system, port=port, descriptor=descriptor)
