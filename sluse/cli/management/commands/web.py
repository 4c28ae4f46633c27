from argparse import SUPPRESS, ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluse.sync import incarnation
from sluse.up import serving


class Command(BaseCommand):
    help = gettext_noop("Serve screens and API.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help=_("address to listen on"))
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=1, help=_("processes"))
        parser.add_argument("--threads", type=int, default=8, help=_("requests each process answers at once"))
        parser.add_argument("--descriptor", type=int, help=SUPPRESS)  # of a socket that is bound already

    def handle(
        self,
        *_args: Any,
        host: str,
        port: int,
        workers: int,
        threads: int,
        descriptor: int | None,
        **_options: Any,
    ) -> None:
        address = f"{host}:{port}" if descriptor is None else f"fd://{descriptor}"
        incarnation.check(now=timezone.now())
        connections.close_all()  # None of ours may be shared by the processes that serve.
        serving.serve(address=address, workers=workers, threads=threads)
