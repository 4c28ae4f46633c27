"""How long the server needs for each screen of a full platform: the 95th percentile, asked for as a browser would."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.test import Client
from django.utils import timezone

from bench import crowd
from bench.crowd import Size
from sluse.organizations.models import Organization, User
from sluse.up import schema
from tests import people

TIMES = 40
MILLISECONDS_MAX = 100.0
WARM_UP = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    path: str
    median: float
    percentile_95: float

    @property
    def is_slow(self) -> bool:
        return self.percentile_95 > MILLISECONDS_MAX


def measure(size: Size) -> list[Measured]:
    schema.migrate()
    grete = people.global_administrator(timezone.now())
    crowd.fill(size)
    largest = Organization.objects.order_by("pk").first()
    assert largest
    people.make_ready(largest, grete, timezone.now())
    return [_measure(grete, path) for path in _paths(largest.slug)]


def _paths(slug: str) -> Sequence[str]:
    own = f"/o/{slug}/"
    return [
        own,
        f"{own}current/?seen=",
        f"{own}connector/",
        f"{own}postings/",
        f"{own}postings/?state=failed",
        f"{own}postings/?state=posted",
        f"{own}reimbursements/",
        f"{own}preview/",
        f"{own}log/",
        f"{own}log/?type=run&status=error&when=month",
        f"{own}log/1/",
        "/platform/",
        "/platform/?status=attention&order=failed",
        "/platform/?q=nummer+9",
    ]


def _measure(user: User, path: str) -> Measured:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    taken = [_milliseconds(client, path) for _time in range(WARM_UP + TIMES)][WARM_UP:]
    return Measured(
        path=path, median=statistics.median(taken), percentile_95=statistics.quantiles(taken, n=20)[-1]
    )


def _milliseconds(client: Client, path: str) -> float:
    began = time.perf_counter()
    response = client.get(path)
    taken = (time.perf_counter() - began) * 1_000
    if response.status_code not in {200, 204}:
        raise SystemExit(f"{path} answered {response.status_code}.")
    return taken
