"""A comparison that a person asks for is made by a worker: one at a time, also while off, and not lost with it."""

import asyncio

import pytest
from django.utils import timezone, translation

from sluse.connectors.models import Connector
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization, User
from sluse.sync import asking, comparing, reconcile, wake
from sluse.sync.models import ComparisonRequest, Reconciliation
from tests import scene


def ask(of: Organization, person: User) -> None:
    asking.request(organization=of, actor=scene.actor(person), now=timezone.now())


def compare(of: Organization) -> None:
    asyncio.run(comparing.compare(organization_id=of.pk))


def test_it_is_made_while_the_switch_is_off_and_once(hlf: Organization, kari: User, tenant: str) -> None:
    ask(hlf, kari)
    assert comparing.waiting() == [hlf.pk]
    compare(hlf)
    compare(hlf)
    row = Reconciliation.objects.get()
    assert (row.outcome, row.trigger, row.by_id) == ("equal", "manual", str(kari.pk))
    assert not ComparisonRequest.objects.exists()


def test_a_second_one_is_refused_while_the_first_is_under_way(
    hlf: Organization, kari: User, tenant: str
) -> None:
    ask(hlf, kari)
    with translation.override("en"), pytest.raises(ConflictError, match="Kari Nordmann has asked") as refusal:
        ask(hlf, kari)
    assert refusal.value.code == "comparison_under_way"
    compare(hlf)
    ask(hlf, kari)


def test_the_worker_that_dies_leaves_it_to_the_next(
    hlf: Organization, kari: User, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(hlf, kari)
    with monkeypatch.context() as patched:
        patched.setattr(reconcile, "_write_down", _die)
        with pytest.raises(ZeroDivisionError):
            compare(hlf)
    assert comparing.waiting() == [hlf.pk]
    compare(hlf)
    assert Reconciliation.objects.count() == 1
    assert comparing.waiting() == []


def test_without_an_accounting_system_there_is_nothing_to_ask(
    hlf: Organization, kari: User, tenant: str
) -> None:
    ask(hlf, kari)
    Connector.objects.filter(organization=hlf).delete()
    compare(hlf)
    assert not ComparisonRequest.objects.exists()
    with pytest.raises(ConflictError) as refusal:
        ask(hlf, kari)
    assert refusal.value.code == "no_connector"


def test_a_worker_is_woken_for_it_and_finds_it_without_being_woken(
    hlf: Organization, kari: User, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[int] = []
    monkeypatch.setattr(wake, "compare", lambda *, organization_id: woken.append(organization_id))
    ask(hlf, kari)
    assert woken == [hlf.pk]
    assert comparing.waiting() == woken


def _die(*_arguments: object) -> None:
    raise ZeroDivisionError
