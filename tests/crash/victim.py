"""A nursery of real workers: `python -m tests.crash.victim` sets Sluse up once, then forks one worker for each order it
reads, and answers with its process number. Its workers end with it."""

import os
import signal
import sys

import django
from django.core.management import call_command

CONCURRENCY = 4


def main() -> None:
    django.setup()
    # Only now can the product be imported; and a child that died is not waited for.
    from tests.crash import points  # noqa: PLC0415 - as above

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    os.setpgrp()
    for line in sys.stdin:
        order = points.order_of(line)
        child = os.fork()
        if not child:
            os.dup2(
                sys.stderr.fileno(), sys.stdout.fileno()
            )  # A mail that it prints is no answer of the nursery.
            points.install(order)
            call_command("worker", concurrency=CONCURRENCY)
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
