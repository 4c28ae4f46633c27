"""Real worker processes: killed in the middle, and beset by accounting systems that never answer."""

import pytest
from django.utils import timezone

from sluse.organizations import access
from sluse.organizations.models import Organization, User
from sluse.sandbox.remote import Remote
from sluse.sync.models import Attempt, Posting, Run, State
from sluse.vouchers import store
from tests import programs, scene

SICK = 50
DEADLINE_SECONDS = 40


@pytest.fixture
def worker_environment(process_environment: dict[str, str], erp: Remote) -> dict[str, str]:
    return process_environment | {
        "SLUSE_BC_API_URL": erp.base,
        "SLUSE_BC_LOGIN_URL": erp.base,
        "SLUSE_QUARANTINE_SECONDS": "3",
        "SLUSE_ERP_DEADLINE_SECONDS": str(DEADLINE_SECONDS),
    }


@pytest.mark.journey
def test_a_worker_killed_between_request_and_answer_leaves_one_voucher(
    committed_database: None, erp: Remote, worker_environment: dict[str, str]
) -> None:
    hlf = scene.organization()
    kari = scene.administrator(hlf)
    tenant = scene.make_ready(hlf, kari)
    scene.enable(hlf, kari)
    with programs.started(["worker"], worker_environment) as worker:
        erp.fault(kind="slow_answer", tenant=tenant, body="Microsoft.NAV.post", seconds=30)
        scene.approve_many(hlf, ["R-1"])
        programs.until(lambda: _is_posted(erp, tenant), "the sandbox has executed the request")
        assert Posting.objects.get().state == State.SENDING
        programs.kill(worker)
    with programs.started(["worker"], worker_environment):
        programs.until(lambda: scene.states(hlf) == {"posted": 1}, "adopted after the quarantine")
    [voucher] = erp.vouchers(tenant=tenant)
    assert Posting.objects.get().voucher_number == voucher["number"]
    assert [attempt.outcome for attempt in Attempt.objects.order_by("number")] == ["abandoned", "adopted"]


@pytest.mark.journey
def test_fifty_silent_accounting_systems_delay_nobody_else(
    committed_database: None, erp: Remote, worker_environment: dict[str, str]
) -> None:
    sick = [_enabled(f"syk-{number}") for number in range(SICK)]
    well = _enabled("frisk")
    for of, _person, tenant in sick:
        erp.fault(kind="hang", tenant=tenant, path="$batch", count=1_000)
        scene.approve_many(of, ["R-1"])
    with programs.started(["worker"], worker_environment):
        hanging = Posting.objects.filter(state=State.SENDING)
        programs.until(lambda: hanging.count() == SICK, "all fifty hang")
        scene.approve_many(well[0], ["R-1"])
        programs.until(lambda: scene.states(well[0]) == {"posted": 1}, "the one that answers is posted")
        assert hanging.count() == SICK, "it was posted while the fifty were still hanging"


@pytest.mark.journey
def test_a_manual_run_is_taken_up_by_the_worker_within_seconds(
    committed_database: None, erp: Remote, worker_environment: dict[str, str]
) -> None:
    hlf, kari, _tenant = _enabled("hlf")
    with programs.started(["worker"], worker_environment):
        scene.approve_many(hlf, ["R-1", "R-2"])
        programs.until(lambda: scene.states(hlf) == {"posted": 2}, "sent by an automatic run")
        programs.until(lambda: not Run.objects.filter(finished_at=None).exists(), "the run has ended")
        run = scene.start_manual(hlf, kari)
        programs.until(lambda: Run.objects.get(pk=run.pk).is_finished, "the manual run has ended")
    run.refresh_from_db()
    assert (run.total, run.outcome, run.by_id) == (0, "succeeded", access.actor_of(kari).id)


def _enabled(slug: str) -> tuple[Organization, User, str]:
    of = scene.organization(slug, f"Foreningen {slug}")
    person = scene.administrator(of, f"admin@{slug}.example", "Admin")
    tenant = scene.configure(of, person)
    store.save(organization=of, content=scene.MAPPING, actor=access.actor_of(person), now=timezone.now())
    scene.take_as_tested(of)
    scene.enable(of, person)
    return of, person, tenant


def _is_posted(erp: Remote, tenant: str) -> bool:
    return [voucher["status"] for voucher in erp.vouchers(tenant=tenant)] == ["Open"]
