"""What Prometheus reads. Names of organizations and everything about each are for the platform's administrators alone.

A program on the machine itself may read the sums without a token. A proxy's requests come from the machine too, so whoever
bears a sign of having been forwarded is not local.
"""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from sluse.api import problems
from sluse.api.caller import PlatformDoor
from sluse.organizations.errors import SluseError
from sluse.sync import figures, wake
from sluse.sync.figures import Of

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OUR_MACHINE = {"127.0.0.1", "::1"}
FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip")
_door = PlatformDoor("platform")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    of_each = not _is_local(request) or "Authorization" in request.headers
    try:
        now = _door(request).now if of_each else timezone.now()
    except SluseError as refusal:
        return problems.refused(request, refusal)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(
        _Figures(figures.all_of_them(now=now), of_each=of_each, has_worker=wake.worker_seen(now=now))
    )
    return HttpResponse(
        generate_latest(registry), content_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"}
    )


def _is_local(request: HttpRequest) -> bool:
    is_forwarded = any(name in request.headers for name in FORWARDED)
    return request.META.get("REMOTE_ADDR") in OUR_MACHINE and not is_forwarded


class _Figures(Collector):
    def __init__(self, rows: list[Of], *, of_each: bool, has_worker: bool) -> None:
        self._rows, self._of_each, self._has_worker = rows, of_each, has_worker

    def collect(self) -> Iterable[GaugeMetricFamily]:
        yield GaugeMetricFamily("sluse_worker_seen", "A worker was seen lately.", value=self._has_worker)
        yield GaugeMetricFamily("sluse_organizations", "Organizations.", value=len(self._rows))
        yield from self._sums()
        if self._of_each:
            yield from self._of_each_organization()

    def _sums(self) -> Iterable[GaugeMetricFamily]:
        total = GaugeMetricFamily(
            "sluse_postings_total_open", "Postings that are not finished, all together.", labels=["state"]
        )
        for state in figures.COUNTED:
            total.add_metric([state], sum(row.postings[state] for row in self._rows))
        yield total
        for name, words, values in (
            ("pending", "pending", [row.oldest_pending_seconds for row in self._rows]),
            ("unknown", "of unknown outcome", [row.oldest_unknown_seconds for row in self._rows]),
        ):
            yield GaugeMetricFamily(
                f"sluse_oldest_{name}_seconds_max",
                f"Age of the oldest posting that is {words}.",
                value=max(values, default=0.0),
            )
        yield GaugeMetricFamily(
            "sluse_organizations_with_differences",
            "Organizations whose last comparison with the accounting system found a difference.",
            value=sum(1 for row in self._rows if row.differences),
        )

    def _of_each_organization(self) -> Iterable[GaugeMetricFamily]:
        postings = GaugeMetricFamily(
            "sluse_postings", "Postings that are not finished.", labels=["organization", "state"]
        )
        for row in self._rows:
            for state, count in row.postings.items():
                postings.add_metric([row.slug, state], count)
        yield postings
        for name, words, value in _PER_ORGANIZATION:
            family = GaugeMetricFamily(f"sluse_{name}", words, labels=["organization"])
            for row in self._rows:
                found = value(row)
                if found is not None:
                    family.add_metric([row.slug], found)
            yield family


_PER_ORGANIZATION = (
    ("oldest_pending_seconds", "Age of the oldest pending posting.", lambda of: of.oldest_pending_seconds),
    ("oldest_unknown_seconds", "Age of the oldest unknown outcome.", lambda of: of.oldest_unknown_seconds),
    ("switch_enabled", "The switch is on.", lambda of: float(of.is_enabled)),
    ("holds", "Reasons not to send that hold now.", lambda of: of.holds),
    ("reconciliation_differences", "Vouchers that differed the last time.", lambda of: of.differences),
    (
        "reconciliation_timestamp_seconds",
        "When postings were last compared with the accounting system.",
        lambda of: of.reconciled_at.timestamp() if of.reconciled_at else None,
    ),
    ("log_head_sequence", "Number of the last row of the log.", lambda of: of.head and of.head.sequence),
    (
        "log_head_hash",
        "The first 13 hexadecimal digits of that row's hash, as a number.",
        lambda of: of.head and of.head.hash_as_number,
    ),
)
