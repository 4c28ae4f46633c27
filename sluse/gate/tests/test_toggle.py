"""Turning the switch, and what the database itself refuses."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from sluse.audit import record
from sluse.audit.models import Entry
from sluse.gate import read, toggle
from sluse.gate.models import Switch
from sluse.gate.read import State
from sluse.organizations.errors import (
    InvalidError,
    PreconditionFailedError,
    PreconditionRequiredError,
)
from sluse.organizations.models import Organization
from tests import scene


@pytest.fixture
def hlf(committed_database: None) -> Organization:
    return scene.organization()


def rows(of: Organization) -> list[Entry]:
    return list(Entry.objects.of(organization_id=of.pk).filter(type="switch"))


def test_a_change_counts_the_version_and_writes_one_row(hlf: Organization) -> None:
    assert read.switch_of(organization=hlf).version == 0
    change = scene.turn_on(hlf, 0)
    assert (change.changed, change.switch.state, change.switch.version) == (True, State.ENABLED, 1)
    [row] = rows(hlf)
    told = (row.actor_id, row.organization_slug, row.connector_kind, row.new_state, row.reason, row.at)
    assert told == ("kari", "hlf", "business_central", "enabled", "Ready", change.switch.since)


def test_what_changes_nothing_writes_no_row(hlf: Organization) -> None:
    assert scene.turn_off(hlf).changed is False
    scene.turn_on(hlf, 0)
    assert scene.turn_on(hlf, 1).changed is False
    assert len(rows(hlf)) == 1


def test_on_needs_the_version_that_was_looked_at(hlf: Organization) -> None:
    with pytest.raises(PreconditionRequiredError):
        scene.turn_on(hlf, None)
    with pytest.raises(PreconditionFailedError):
        scene.turn_on(hlf, 7)
    assert read.switch_of(organization=hlf).state is State.DISABLED


def test_a_reason_is_needed_both_ways(hlf: Organization) -> None:
    with pytest.raises(InvalidError):
        toggle.enable(
            organization=hlf, version=0, reason=" ", actor=scene.KARI, connector_kind="x", now=timezone.now()
        )
    scene.turn_on(hlf, 0)
    with pytest.raises(InvalidError):
        toggle.disable(
            organization=hlf,
            reason="",
            actor=scene.KARI,
            connector_kind="x",
            now=timezone.now(),
            wait_seconds=1,
        )
    assert read.switch_of(organization=hlf).state is State.ENABLED


def test_the_database_refuses_a_toggle_without_its_log_row(hlf: Organization) -> None:
    scene.turn_on(hlf, 0)
    with pytest.raises(DatabaseError, match="without its log row"):
        Switch.objects.filter(organization=hlf).update(enabled=False)
    assert read.switch_of(organization=hlf).state is State.ENABLED


def test_the_database_refuses_a_log_row_without_its_toggle(hlf: Organization) -> None:
    forged = record.NewEntry(
        organization_id=hlf.pk,
        organization_slug="hlf",
        type="switch",
        actor=scene.KARI,
        at=timezone.now(),
        new_state="enabled",
        switch_version=1,
    )
    with pytest.raises(DatabaseError, match="was not changed"), transaction.atomic():
        record.record(forged)
    scene.turn_on(hlf, 0)
    with pytest.raises(DatabaseError, match="one_per_toggle"), transaction.atomic():
        record.record(forged)


def test_the_database_counts_versions_itself(hlf: Organization) -> None:
    scene.turn_on(hlf, 0)
    with pytest.raises(DatabaseError, match="counted by the database"):
        Switch.objects.filter(organization=hlf).update(version=5)
    with pytest.raises(DatabaseError, match="begins disabled"):
        Switch.objects.create(organization=scene.organization("b", "B"), enabled=True, version=1)
