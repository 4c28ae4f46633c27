"""How long the server needs for each screen of a full platform: the 95th percentile, asked for as a browser would.

Each request stands beside work of a known size, done just before and just after it. `at_full_pace` is what the request had
taken at the good pace that the machine showed one time in twenty. It explains a figure; the bound is for what was measured.
"""

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

from bench import crowd, pace
from bench.crowd import Size
from sluse.organizations.models import Organization, User
from sluse.sync.models import Posting, State
from sluse.up import schema, serving
from sluse.web import urls
from tests import people

TIMES = 40
MILLISECONDS_MAX = 100.0
WARM_UP = 3
SHOWN = {HTTPStatus.OK, HTTPStatus.NO_CONTENT}
SEARCHES = (
    "postings/?state=failed",
    "postings/?state=posted",
    "log/?type=run&status=error&when=month",
)
PLATFORM_SEARCHES = ("/platform/?status=attention&order=failed", "/platform/?q=nummer+9")
NOBODY = 2**31 - 1
"""The number of no hold and no approval: their pages are forms about one row each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """`pace`: milliseconds for the work of a known size; the better of the two, so that nothing is made to look quick."""

    milliseconds: float
    pace: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    path: str
    median: float
    percentile_95: float
    at_full_pace: float

    @property
    def is_slow(self) -> bool:
        return self.percentile_95 > MILLISECONDS_MAX


def measure(size: Size) -> list[Measured]:
    schema.migrate()
    grete = people.global_administrator(timezone.now())
    crowd.fill(size)
    crowd.set_up(grete)
    crowd.clean()
    largest = Organization.objects.order_by("pk").first()
    assert largest
    serving.collect_seldom()
    found = [(path, _measure(grete, path)) for path in _paths(largest)]
    best = statistics.quantiles([one.pace for _path, taken in found for one in taken], n=20)[0]
    return [_summed_up(path, taken, best) for path, taken in found if taken]


def _paths(largest: Organization) -> list[str]:
    """Every address of the screens that answers to GET, as the URLconf has them, and those that a filter makes harder."""
    examples = _examples(largest)
    addresses = [_address(pattern, examples) for pattern in urls.urlpatterns]
    own = f"/o/{largest.slug}/"
    return [*addresses, *(own + search for search in SEARCHES), *PLATFORM_SEARCHES]


def _address(pattern: URLPattern | URLResolver, examples: Mapping[str, object]) -> str:
    assert isinstance(pattern, URLPattern)
    names = {*pattern.pattern.regex.groupindex, *pattern.pattern.converters}
    return reverse(f"web:{pattern.name}", kwargs={name: examples[name] for name in names})


def _examples(largest: Organization) -> dict[str, object]:
    """One of each thing that an address names. A new kind of thing is missing here, and the measurement stops."""
    posting = Posting.objects.filter(organization=largest, state=State.FAILED).first()
    assert posting
    return {
        "slug": largest.slug,
        "posting_id": posting.pk,
        "external_id": posting.external_id,
        "sequence": 1,
        "number": posting.pk,
        "form": "csv",
        "hold_id": NOBODY,
        "approval_id": NOBODY,
        "attachment_id": posting.pk,
    }


def _measure(user: User, path: str) -> list[Taken]:
    """Nothing where there is no screen: a form's target, or a thing that the crowd does not have."""
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    if client.get(path).status_code not in SHOWN:
        return []
    return [_taken(client, path) for _time in range(WARM_UP + TIMES)][WARM_UP:]


def _summed_up(path: str, taken: Sequence[Taken], best: float) -> Measured:
    measured = [one.milliseconds for one in taken]
    return Measured(
        path=path,
        median=statistics.median(measured),
        percentile_95=statistics.quantiles(measured, n=20)[-1],
        at_full_pace=statistics.quantiles([one.milliseconds * best / one.pace for one in taken], n=20)[-1],
    )


def _taken(client: Client, path: str) -> Taken:
    before = pace.milliseconds()
    milliseconds = _milliseconds(client, path)
    return Taken(milliseconds=milliseconds, pace=min(before, pace.milliseconds()))


def _milliseconds(client: Client, path: str) -> float:
    began = time.perf_counter()
    response = client.get(path)
    taken = (time.perf_counter() - began) * 1_000
    if response.status_code not in SHOWN:
        raise SystemExit(f"{path} answered {response.status_code}.")
    return taken
