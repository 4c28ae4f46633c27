"""The log's heads, comparisons and restores from the command line."""

from datetime import datetime
from pathlib import Path

from django.utils import timezone
from pytest_django import Settings

from sluse.audit.models import Chain, Entry
from sluse.cli.tests.conftest import Sluse
from sluse.gate import restored
from sluse.organizations.models import Organization, User
from sluse.sync.models import Reconciliation
from tests import people


def close(of: Organization, now: datetime) -> None:
    restored.close(organization=of, reason="Restored", connector_kind="business_central", now=now)


def compared(of: Organization, now: datetime) -> None:
    Reconciliation.objects.create(
        organization=of,
        trigger="restore",
        by_id="kari",
        by_name="Kari",
        since=now.date(),
        created_at=now,
        finished_at=now,
        outcome="equal",
        rebuilt=3,
    )


def test_heads_are_printed_and_verified_against_later(
    ready: Organization, other: Organization, now: datetime, sluse: Sluse, tmp_path: Path
) -> None:
    printed = sluse("log", "heads")
    head = Entry.objects.of(organization_id=ready.pk).first()
    assert head is not None
    assert f"hlf {head.sequence} {head.hash}" in printed.out.splitlines()
    kept = tmp_path / "mail.txt"
    kept.write_text(f"From: Sluse\n\n{printed.out}\n")
    people.approve_some(ready, 1, now)
    assert sluse("log", "verify", "--heads", str(kept)).status == 0

    kept.write_text(printed.out.replace(head.hash, "0" * 64))
    ended = sluse("log", "verify", "hlf", "--heads", str(kept))
    assert ended.status == 1
    assert f"hlf: BROKEN at row {head.sequence}:" in ended.out

    kept.write_text(printed.out.replace(f"hlf {head.sequence} ", f"hlf {head.sequence + 5} "))
    assert f"Row {head.sequence + 1} is missing." in sluse("log", "verify", "--heads", str(kept)).out
    assert Chain.objects.get(organization_id=ready.pk).sequence == head.sequence


def test_a_file_without_a_head_verifies_nothing(ready: Organization, sluse: Sluse, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("Hello\n")
    ended = sluse("log", "verify", "--heads", str(tmp_path / "empty"))
    assert ended.status == 1
    assert "There is no head in it" in ended.err


def test_a_restore_is_released_by_an_administrator_after_a_comparison(
    ready: Organization, kari: User, rune: User, sluse: Sluse, settings: Settings
) -> None:
    settings.QUARANTINE_SECONDS = settings.ERP_DEADLINE_SECONDS = 0
    release = ("restore", "release", "hlf", "--reason", "Looked at", "--as")
    assert sluse("restore", "report", "hlf").out == "No restore is waiting to be released.\n"
    assert sluse(*release, "kari@hlf.example").err == "No restore is waiting to be released.\n"
    close(ready, timezone.now())
    assert "Not compared yet." in sluse("restore", "report", "hlf").out
    assert "First compare" in sluse(*release, "kari@hlf.example").err
    compared(ready, timezone.now())
    assert "Taken over from the accounting system: 3." in sluse("restore", "report", "hlf").out
    assert sluse(*release, "rune@hlf.example").status == 1
    assert sluse(*release, "kari@hlf.example") == (0, "Released. The switch is still off.\n", "")
    entry = Entry.objects.of(organization_id=ready.pk).filter(type="hold").first()
    assert entry is not None
    assert (entry.new_state, entry.actor_name, entry.reason) == (
        "restore_ended",
        "Kari Nordmann",
        "Looked at",
    )


def test_an_organization_without_a_connector_cannot_be_compared(hlf: Organization, sluse: Sluse) -> None:
    assert sluse("reconcile", "hlf").err == "Choose an accounting system first.\n"
    assert sluse("reconcile", "hlf", "--since", "yesterday").status == 2
