"""`make bench`: the same reimbursements through the real code, the real database and the sandbox, in batches of other sizes.
`python -m bench volume`: ten thousand through each sandbox; ends with 1 when a bound is broken.
`python -m bench screens`: the server's time for each screen of a full platform (1,000 organizations, 1,000,000
postings, 5,000,000 log rows); ends with 1 when one is slow.

One run, one table, ratios: seconds of one machine say nothing about another. The requests are the sandbox's own count.
"""

import argparse
import logging
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django

from sluse import reach
from sluse.up import postgres, secrets

REIMBURSEMENTS = 300
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""What is measured need not survive the machine, and ten thousand approvals are ten thousand waits for a disk."""
BATCH_SIZES = (50, 10, 1)
"""The first one is what Business Central's connector uses, and what the others are compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    batch_size: int
    seconds: float
    requests: int


def main() -> int:
    asked = _asked()
    with _database():
        django.setup()
        reach.widen()  # it sets its scenes as the tests do
        logging.getLogger("sluse").setLevel(logging.WARNING)
        return {"batches": _batches, "volume": _volume, "screens": _screens}[asked.what](asked)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("what", nargs="?", choices=["batches", "volume", "screens"], default="batches")
    parser.add_argument("--count", type=int, default=10_000, help="reimbursements for each system (volume)")
    parser.add_argument("--organizations", type=int, default=20, help="that share them (volume)")
    parser.add_argument("--kind", action="append", help="only this accounting system (volume)")
    return parser.parse_args()


def _batches(_asked: argparse.Namespace) -> int:
    from bench import batches  # noqa: PLC0415 - models can be imported only after Django was set up

    measured = [
        Measured(batch_size=size, seconds=seconds, requests=requests)
        for size in BATCH_SIZES
        for seconds, requests in [batches.measure(batch_size=size, reimbursements=REIMBURSEMENTS)]
    ]
    _print(measured)
    return 0


def _screens(asked: argparse.Namespace) -> int:
    from bench import crowd, screens  # noqa: PLC0415 - as above

    sizes = {
        "organizations": asked.organizations * 50,
        "postings": asked.count * 100,
        "entries": asked.count * 500,
    }
    print(f"{sizes}")
    print(f"{'screen':<48} {'median ms':>10} {'95 % ms':>10} {'at full pace':>14}")
    measured = screens.measure(crowd.Size(**sizes))
    for one in measured:
        figures = f"{one.median:>10.1f} {one.percentile_95:>10.1f} {one.at_full_pace:>14.1f}"
        print(f"{one.path:<48} {figures}{'  SLOW' if one.is_slow else ''}")
    return int(any(one.is_slow for one in measured))


def _volume(asked: argparse.Namespace) -> int:
    from bench import systems, volume  # noqa: PLC0415 - as above
    from sluse.up import schema  # noqa: PLC0415 - as above

    schema.migrate()
    print(volume.HEADING)
    broken = False
    for kind in asked.kind or systems.SYSTEMS:
        measured = volume.measure(
            kind=kind, count=asked.count, environment=os.environ, organizations=asked.organizations
        )
        print(volume.line(measured), flush=True)
        for sentence in measured.broken_bounds():
            print(f"  BROKEN: {sentence}")
            broken = True
    return int(broken)


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
        folder=folder / "postgresql", log=folder / "postgresql.log", passwords=made.passwords, options=FAST
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
    status = main()
    print(f"measured in {time.monotonic() - started:.0f} s")
    sys.exit(status)
