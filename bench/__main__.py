"""`make bench`: the same reimbursements through the real code, the real database and the sandbox, in batches of other sizes.

One run, one table, ratios: seconds of one machine say nothing about another. The requests are the sandbox's own count.
"""

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django

from sluse.up import postgres, secrets

REIMBURSEMENTS = 300
BATCH_SIZES = (50, 10, 1)
"""The first one is what Business Central's connector uses, and what the others are compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    batch_size: int
    seconds: float
    requests: int


def main() -> None:
    with _database():
        django.setup()
        logging.getLogger("sluse").setLevel(logging.WARNING)
        from bench import batches  # noqa: PLC0415 - models can be imported only after Django was set up

        measured = [
            Measured(batch_size=size, seconds=seconds, requests=requests)
            for size in BATCH_SIZES
            for seconds, requests in [batches.measure(batch_size=size, reimbursements=REIMBURSEMENTS)]
        ]
    _print(measured)


def _print(measured: list[Measured]) -> None:
    first = measured[0]
    print(f"{REIMBURSEMENTS} reimbursements, approved while off, sent by one manual run")
    print(f"{'batch size':>10}  {'requests':>8}  {'requests each':>13}  {'time':>7}")
    for row in measured:
        each, ratio = row.requests / REIMBURSEMENTS, row.seconds / first.seconds
        print(f"{row.batch_size:>10}  {row.requests:>8}  {each:>13.3f}  {ratio:>6.1f}×")


@contextmanager
def _database() -> Iterator[None]:
    folder = Path(tempfile.mkdtemp(prefix="sluse-bench-"))
    made = secrets.make()
    server = postgres.start(
        folder=folder / "postgresql", log=folder / "postgresql.log", passwords=made.passwords, options={}
    )
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "sluse.settings",
        "SLUSE_DATA_DIR": str(folder),
        "SLUSE_DATABASE_URL": server.url,
        "SLUSE_OWNER_DATABASE_URL": server.owner_url,
        "SLUSE_SECRET_KEY": made.secret_key,
        "SLUSE_ENCRYPTION_KEYS": made.encryption_keys,
    }
    try:
        yield
    finally:
        server.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    started = time.monotonic()
    main()
    print(f"measured in {time.monotonic() - started:.0f} s")
