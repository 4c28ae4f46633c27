"""What Prometheus reads, and who may read what of it."""

from datetime import datetime, timedelta

from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from sluse.api.tests.conftest import Token
from sluse.audit.models import Entry
from sluse.organizations.models import Organization, User
from sluse.sync.models import Posting
from tests import people

Values = dict[tuple[str, ...], float]


def read(client: Client, **headers: str) -> Values:
    answer = client.get("/metrics", headers={name.replace("_", "-"): text for name, text in headers.items()})
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_the_platform_reads_the_figures_of_each_organization(
    ready: Organization, other: Organization, grete: User, token: Token, now: datetime
) -> None:
    people.approve_some(ready, 2, now)
    Posting.objects.update(created_at=now - timedelta(hours=3))
    found = read(token(grete, "platform").client)
    head = Entry.objects.of(organization_id=ready.pk).first()
    assert head is not None
    assert found["sluse_postings", "hlf", "pending"] == 2
    assert found["sluse_postings", "turlaget", "pending"] == 0
    assert found["sluse_postings_total_open", "pending"] == 2
    assert found["sluse_oldest_pending_seconds", "hlf"] >= 3 * 3_600
    assert found["sluse_oldest_pending_seconds_max",] >= 3 * 3_600
    assert found["sluse_switch_enabled", "hlf"] == 0
    assert found["sluse_worker_seen",] == 0
    assert found["sluse_log_head_sequence", "hlf"] == head.sequence
    assert f"{int(found['sluse_log_head_hash', 'hlf']):013x}" == head.hash[:13]


def test_the_machine_itself_reads_sums_and_no_organization(ready: Organization, now: datetime) -> None:
    people.approve_some(ready, 2, now)
    found = read(Client())
    assert found["sluse_postings_total_open", "pending"] == 2
    assert not [name for name in found if "hlf" in name]


def test_whoever_comes_from_elsewhere_or_through_a_proxy_needs_a_token(db: None) -> None:
    assert Client().get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 401
    assert Client().get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 401


def test_a_token_of_anybody_else_reads_nothing(kari: User, grete: User, token: Token) -> None:
    assert token(kari)("GET", "/metrics").status_code == 404
    assert token(grete, "log:read")("GET", "/metrics").status_code == 403
    assert Client(headers={"Authorization": "Bearer wrong"}).get("/metrics").status_code == 401


def test_a_figure_costs_no_query_per_organization(
    grete: User, token: Token, now: datetime, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        people.organization(f"lag-{number}", f"Lag {number}", now)
    assert callable(django_assert_max_num_queries)
    with django_assert_max_num_queries(14):
        read(token(grete, "platform").client)
