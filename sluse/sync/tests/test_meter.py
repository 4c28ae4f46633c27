"""Every request to an accounting system counts for its organization, in the organization's own month."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.utils import timezone
from pytest_django import Settings

from sluse.connectors import meter
from sluse.connectors.meter import Payer
from sluse.connectors.models import RequestMonth
from sluse.organizations.models import Organization, User
from sluse.sandbox.remote import Remote
from sluse.sync import setup, sweep
from tests import scene

NEW_YEAR_IN_OSLO = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def shown(organization: Organization) -> int:
    return meter.this_month(organization=organization, now=timezone.now())


def reached(erp: Remote, tenant: str) -> int:
    return int(erp.counts(tenant=tenant)["requests"])


def test_what_the_meter_shows_is_what_reached_the_accounting_system(
    hlf: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    assert shown(hlf) == reached(erp, tenant) > 0
    scene.enable(hlf, kari)
    scene.approve_many(hlf, [f"R-{number}" for number in range(30)])
    scene.work(hlf)
    scene.check_connection(hlf, kari)
    assert shown(hlf) == reached(erp, tenant)
    assert RequestMonth.objects.count() == 1


@pytest.mark.parametrize(("post", "state"), [(True, "posted"), (False, "delivered")])
def test_a_voucher_costs_far_less_than_one_request_and_nothing_once_it_is_there(
    post: bool,  # noqa: FBT001 — a parameter of the test
    state: str,
    hlf: Organization,
    kari: User,
    tenant: str,
    erp: Remote,
) -> None:
    """A draft that waits for a person is not asked about until the nightly comparison."""
    settings = {**scene.connector_settings(tenant), "post": post}
    actor, now = scene.actor(kari), timezone.now()
    setup.configure_connector(
        organization=hlf, kind="business_central", settings=settings, credentials=None, actor=actor, now=now
    )
    scene.enable(hlf, kari)
    before = reached(erp, tenant)
    scene.approve_many(hlf, [f"R-{number}" for number in range(20)])
    scene.work(hlf)
    assert scene.states(hlf) == {state: 20}
    asked = reached(erp, tenant) - before
    assert asked <= 5
    with time_machine.travel(timezone.now() + timedelta(hours=5), tick=True):
        assert hlf.pk not in sweep.with_work(now=timezone.now())
        scene.work(hlf)
    assert reached(erp, tenant) - before == asked


def test_a_request_that_never_left_costs_nothing(
    hlf: Organization, kari: User, tenant: str, settings: Settings
) -> None:
    before = shown(hlf)
    settings.BUSINESS_CENTRAL_API_URL = settings.BUSINESS_CENTRAL_LOGIN_URL = "http://127.0.0.1:1"
    setup.test_connector(organization=hlf, actor=scene.KARI, now=timezone.now())
    assert shown(hlf) == before


def test_another_organizations_requests_are_not_shown(
    hlf: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    other = scene.organization("nbf", "Norges Blindeforbund")
    assert shown(other) == 0
    scene.make_ready(other, scene.administrator(other, "ola@nbf.example", "Ola"))
    assert shown(hlf) == reached(erp, tenant)


@pytest.mark.parametrize(
    ("time_zone", "months"), [("Europe/Oslo", {"2027-01-01": 1}), ("UTC", {"2026-12-01": 1})]
)
def test_the_month_is_that_of_the_organizations_own_clock(
    hlf: Organization, time_zone: str, months: dict[str, int]
) -> None:
    Organization.objects.filter(pk=hlf.pk).update(time_zone=time_zone)
    meter.count(payer=Payer(organization_id=hlf.pk, kind="xledger"), at=NEW_YEAR_IN_OSLO)
    meter.write()
    rows = RequestMonth.objects.filter(organization=hlf).values_list("month", "requests")
    assert {month.isoformat(): requests for month, requests in rows} == months


def test_what_could_not_be_written_is_written_the_next_time(
    hlf: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    payer = Payer(organization_id=hlf.pk, kind="xledger")
    meter.count(payer=payer, at=timezone.now())
    with monkeypatch.context() as broken:
        broken.setattr(meter, "ADD", "SELECT 1/0")
        with pytest.raises(DatabaseError):
            meter.write()
    connection.close()
    meter.count(payer=payer, at=timezone.now())
    meter.write()
    assert shown(hlf) == 2
