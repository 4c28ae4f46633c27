"""Which life of the database is this: every way in which database and data folder can have come apart."""

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from sluse.gate import read, restored
from sluse.gate.read import State as SwitchState
from sluse.organizations.models import Organization, User
from sluse.sandbox.remote import Remote
from sluse.sync import incarnation, memory, restore, sweep
from sluse.sync.incarnation import Finding, RestoredError
from sluse.sync.models import Attempt, Incarnation, Posting, Run, State
from sluse.sync.queue import Intent
from sluse.vouchers.voucher import Voucher
from tests import scene


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    return tmp_path / "data"


def check(declared: str = "") -> Finding:
    return incarnation.check(now=timezone.now(), declared=declared)


def begin_and_send(of: Organization, person: User, *external_ids: str) -> None:
    """One after the other, each with an attempt that is remembered."""
    check()
    scene.enable(of, person)
    for external_id in external_ids:
        scene.approve_many(of, [external_id])
        scene.work(of)


def forget_attempts() -> None:
    """As if the backup was made before they were."""
    Posting.objects.update(run=None)
    Attempt.objects.all().delete()


def test_the_first_start_makes_both_and_every_later_one_knows_them(
    committed_database: None, folder: Path
) -> None:
    assert check() is Finding.FIRST
    assert [check(), check()] == [Finding.SAME, Finding.SAME]
    assert Incarnation.objects.get().doubtful_until is None


def test_a_database_that_does_not_know_what_was_sent_last_was_restored(
    hlf: Organization, kari: User, tenant: str, folder: Path
) -> None:
    check()
    scene.enable(hlf, kari)
    scene.approve_many(hlf, ["R-1", "R-2"])
    scene.work(hlf)
    assert check() is Finding.SAME
    scene.approve_many(hlf, ["R-3"])
    scene.start_manual(hlf, kari)
    forget_attempts()
    assert check() is Finding.RESTORED
    assert check() is Finding.SAME, "once is enough"
    assert read.switch_of(organization=hlf).state is SwitchState.DISABLED
    assert Posting.objects.get(external_id="R-3").state == State.UNKNOWN
    assert Run.objects.filter(finished_at=None).count() == 0
    assert Run.objects.latest("created_at").outcome == Run.Outcome.STOPPED


def test_every_change_of_a_restore_has_its_log_row_in_the_name_of_sluse(
    hlf: Organization, kari: User, tenant: str, folder: Path
) -> None:
    check()
    scene.enable(hlf, kari)
    incarnation.declare(now=timezone.now())
    [off, _on] = scene.log(hlf, "switch")
    assert (off.new_state, off.actor_name) == ("disabled", "Sluse")
    assert "backup" in off.reason or "sikkerhetskopi" in off.reason
    assert [row.new_state for row in scene.log(hlf, "hold")] == ["restore_opened"]
    assert not sweep.with_work(now=timezone.now() + timedelta(days=1))


def test_a_worker_that_lives_through_a_restore_notices_before_the_first_byte(
    hlf: Organization, kari: User, tenant: str, erp: Remote, folder: Path
) -> None:
    begin_and_send(hlf, kari, "R-1")
    forget_attempts()
    scene.approve_many(hlf, ["R-2"])
    before = erp.counts(tenant=tenant)["requests"]
    with pytest.raises(RestoredError):
        scene.work(hlf)
    assert erp.counts(tenant=tenant)["requests"] == before
    assert restored.open_hold(organization=hlf) is not None
    assert Posting.objects.get(external_id="R-2").state == State.UNKNOWN


def test_what_proves_a_restore_is_kept_until_everything_is_off(
    hlf: Organization, kari: User, tenant: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_and_send(hlf, kari, "R-1")
    forget_attempts()
    scene.approve_many(hlf, ["R-2"])

    def fail(*, now: datetime) -> None:
        raise OSError(f"The connection broke at {now}.")

    with monkeypatch.context() as broken:
        broken.setattr(restore, "close_everything", fail)
        with pytest.raises(OSError, match="broke"):
            scene.work(hlf)
    assert check() is Finding.RESTORED


def test_a_worker_that_stood_still_while_another_sent_is_no_restore(
    hlf: Organization, kari: User, tenant: str, folder: Path
) -> None:
    begin_and_send(hlf, kari, "R-1", "R-2")
    first, second = Attempt.objects.order_by("pk")
    incarnation.note(organization=hlf, intents=[intent_of(first, first.pk)])
    assert check() is Finding.SAME
    remembered = memory.read(folder=folder)
    assert remembered is not None
    assert remembered.sent == {str(hlf.pk): second.pk}


def test_a_number_that_was_given_anew_is_not_the_one_that_is_remembered(
    hlf: Organization, kari: User, tenant: str, folder: Path
) -> None:
    begin_and_send(hlf, kari, "R-1")
    attempt = Attempt.objects.get()
    with pytest.raises(RestoredError):
        incarnation.note(
            organization=hlf, intents=[intent_of(attempt, attempt.pk), intent_of(attempt, attempt.pk + 5)]
        )


def intent_of(attempt: Attempt, number: int) -> Intent:
    voucher = Voucher.from_json(attempt.posting.voucher or {})
    return Intent(posting_id=attempt.posting_id, attempt_id=number, number=1, voucher=voucher, doubtful=False)


def test_a_file_that_was_copied_over_the_old_one_is_a_copy(committed_database: None, folder: Path) -> None:
    check()
    told = json.loads((folder / memory.FILE).read_text())
    told["place"][1] -= 2 * memory.PLACE_SECONDS_MAX
    (folder / memory.FILE).write_text(json.dumps(told))
    assert check() is Finding.RESTORED
    assert check() is Finding.SAME


def test_a_file_of_an_earlier_sluse_is_known_by_its_number(committed_database: None, folder: Path) -> None:
    check()
    told = json.loads((folder / memory.FILE).read_text())
    told["place"] = told["place"][0]
    (folder / memory.FILE).write_text(json.dumps(told))
    assert check() is Finding.SAME


def test_a_disk_that_moves_every_file_keeps_nobody_waiting(
    committed_database: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "PLACE_SECONDS_MAX", -1.0e12)
    assert [check(), check()] == [Finding.FIRST, Finding.RESTORED]


def test_a_data_folder_that_was_put_back_from_a_copy_is_no_proof(
    committed_database: None, folder: Path, tmp_path: Path
) -> None:
    check()
    shutil.copytree(folder, tmp_path / "backup")
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "backup", folder)
    assert check() is Finding.RESTORED
    assert check() is Finding.SAME


def test_another_database_is_not_the_one_that_is_remembered(committed_database: None, folder: Path) -> None:
    check()
    Incarnation.objects.all().delete()
    assert check() is Finding.RESTORED
    memory.begin(folder=folder, incarnation="5f4c1c8a-3c1e-4f6e-9a59-0d8f7a1c2b3d")
    assert check() is Finding.RESTORED


def test_a_damaged_memory_proves_nothing(committed_database: None, folder: Path) -> None:
    check()
    (folder / memory.FILE).write_text("{}")
    assert check() is Finding.RESTORED
    assert check() is Finding.SAME


def test_a_lost_folder_and_a_long_silence_leave_doubt_and_switch_nothing_off(
    hlf: Organization, kari: User, tenant: str, folder: Path
) -> None:
    check()
    scene.enable(hlf, kari)
    shutil.rmtree(folder)
    assert check() is Finding.DOUBTFUL
    assert Incarnation.objects.get().doubtful_until is not None
    Incarnation.objects.update(seen_at=timezone.now() - timedelta(hours=2), doubtful_until=None)
    assert check() is Finding.DOUBTFUL
    assert check() is Finding.SAME
    assert read.switch_of(organization=hlf).state is SwitchState.ENABLED


def test_an_operator_declares_a_restore_by_another_value(committed_database: None, folder: Path) -> None:
    assert check("blue") is Finding.FIRST
    shutil.rmtree(folder)
    assert check("blue") is Finding.SAME, "machines come and go"
    assert check("green") is Finding.RESTORED
    assert [check("green"), check("green")] == [Finding.SAME, Finding.SAME]


def test_a_machine_that_slept_through_a_restore_does_not_begin_another(
    committed_database: None, folder: Path, tmp_path: Path
) -> None:
    check()
    incarnation.check(now=timezone.now(), folder=tmp_path / "second")
    incarnation.declare(now=timezone.now())
    assert incarnation.check(now=timezone.now(), folder=tmp_path / "second") is Finding.SAME
    assert Incarnation.objects.count() == 2
