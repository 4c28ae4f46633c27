from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluse.sync import incarnation, wake


class Command(BaseCommand):
    help = gettext_noop("Send what waits. As many workers on as many machines as you like.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--concurrency", type=int, default=100, help=_("organizations worked on at the same time")
        )

    def handle(self, *_args: Any, concurrency: int, **_options: Any) -> None:
        incarnation.check(now=timezone.now())
        connections.close_all()
        wake.run_worker(concurrency=concurrency)
