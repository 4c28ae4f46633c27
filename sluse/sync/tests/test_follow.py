"""Delivered is not posted: who asks what became of it, how often, and what comes of the answer."""

import itertools
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization, User
from sluse.sandbox import xledger
from sluse.sandbox.remote import Remote
from sluse.sandbox.serve import running
from sluse.sync import postings, sweep, switching, withdrawing
from sluse.sync.models import Posting
from tests import scene

QUARTER = timedelta(minutes=15, seconds=1)
_entities = itertools.count(6_000_001)


@pytest.fixture(scope="session")
def xledger_address() -> Iterator[str]:
    with running(xledger.create()) as base:
        yield base


@pytest.fixture
def erp(xledger_address: str, settings: Settings) -> Iterator[Remote]:
    settings.XLEDGER_URL = f"{xledger_address}/graphql"
    settings.ERP_DEADLINE_SECONDS = 5.0
    remote = Remote(base=xledger_address)
    yield remote
    assert remote.violations() == []
    remote.reset()


@pytest.fixture
def entity(hlf: Organization, kari: User, erp: Remote) -> str:
    """The organization's own entity; it is on, and three of its vouchers are staged there."""
    entity = str(next(_entities))
    scene.make_ready_on_xledger(hlf, kari, entity)
    scene.enable(hlf, kari)
    scene.approve_many(hlf, ["R-1", "R-2", "R-3"])
    scene.work(hlf)
    assert scene.states(hlf) == {"delivered": 3}
    return entity


def asked(erp: Remote, entity: str) -> int:
    return int(erp.counts(tenant=entity)["requests"])


def look_again(hlf: Organization, after: timedelta = QUARTER) -> None:
    with time_machine.travel(timezone.now() + after, tick=True):
        scene.work(hlf)


def test_what_the_job_has_posted_becomes_posted_with_its_number(
    hlf: Organization, entity: str, erp: Remote
) -> None:
    erp.run_job(tenant=entity)
    look_again(hlf)
    assert scene.states(hlf) == {"posted": 3}
    numbers = set(Posting.objects.filter(organization=hlf).values_list("voucher_number", flat=True))
    assert numbers == {one["transactionNumber"] for one in erp.vouchers(tenant=entity)}
    posted = Posting.objects.filter(organization=hlf).first()
    assert posted is not None
    assert posted.posted_at is not None
    assert [entry.details["outcome"] for entry in scene.log(hlf, "attempt")[:3]] == ["followed_up"] * 3


def test_nobody_asks_before_its_time_and_ever_more_rarely_after(
    hlf: Organization, entity: str, erp: Remote
) -> None:
    before = asked(erp, entity)
    scene.work(hlf)
    assert asked(erp, entity) == before
    for hours in range(1, 25):
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
            if hlf.pk in sweep.with_work(now=timezone.now()):
                scene.work(hlf)
    assert asked(erp, entity) - before <= 3 * 14
    assert scene.states(hlf) == {"delivered": 3}


def test_once_all_is_posted_nobody_asks_any_more(hlf: Organization, entity: str, erp: Remote) -> None:
    erp.run_job(tenant=entity)
    look_again(hlf)
    before = asked(erp, entity)
    look_again(hlf, timedelta(hours=5))
    assert asked(erp, entity) == before
    assert sweep.with_work(now=timezone.now() + timedelta(hours=5)) == []


def test_a_voucher_costs_less_than_one_request_from_approval_until_it_is_posted(
    hlf: Organization, entity: str, erp: Remote
) -> None:
    erp.run_job(tenant=entity)
    look_again(hlf)
    before = asked(erp, entity)
    scene.approve_many(hlf, [f"N-{number}" for number in range(10)])
    scene.work(hlf)
    assert asked(erp, entity) - before == 1, "all of them in one request"
    erp.run_job(tenant=entity)
    look_again(hlf, QUARTER * 2)
    assert scene.states(hlf) == {"posted": 13}
    assert asked(erp, entity) - before <= 5


def test_a_manual_run_asks_at_once(hlf: Organization, kari: User, entity: str, erp: Remote) -> None:
    erp.run_job(tenant=entity)
    scene.start_manual(hlf, kari)
    scene.work(hlf)
    assert scene.states(hlf) == {"posted": 3}


def test_while_the_switch_is_off_nothing_is_asked_and_turning_it_off_says_what_is_there(
    hlf: Organization, kari: User, entity: str, erp: Remote
) -> None:
    answer = scene.disable(hlf, kari)
    assert (answer.unresolved, answer.delivered, answer.in_flight) == (3, 3, 0)
    before = asked(erp, entity)
    erp.run_job(tenant=entity)
    look_again(hlf)
    assert hlf.pk not in sweep.with_work(now=timezone.now() + QUARTER)
    assert asked(erp, entity) == before
    assert scene.states(hlf) == {"delivered": 3}
    scene.enable(hlf, kari)
    look_again(hlf)
    assert scene.states(hlf) == {"posted": 3}
    assert switching.show(organization=hlf, now=timezone.now()).unresolved == 0


def test_what_the_job_refuses_fails_with_its_sentence_and_is_never_sent_beside_itself(
    hlf: Organization, kari: User, entity: str, erp: Remote
) -> None:
    erp.company(tenant=entity, open_from="2999-01-01")
    erp.run_job(tenant=entity)
    look_again(hlf)
    assert scene.states(hlf) == {"failed": 3}
    failed = Posting.objects.filter(organization=hlf).first()
    assert failed is not None
    assert failed.reason_code == "refused_by_import"
    assert "stengt" in failed.reason_detail

    postings.retry(organization=hlf, actor=scene.actor(kari), now=timezone.now(), all_failed=True)
    scene.work(hlf)
    assert scene.states(hlf) == {"failed": 3}
    assert erp.counts(tenant=entity)["failed"] == 3

    erp.company(tenant=entity, open_from="2000-01-01")
    erp.run_job(tenant=entity, again=True)
    postings.retry(organization=hlf, actor=scene.actor(kari), now=timezone.now(), all_failed=True)
    scene.work(hlf)
    assert scene.states(hlf) == {"posted": 3}
    assert erp.counts(tenant=entity)["posted"] == 3


def test_what_somebody_removed_there_is_sent_anew_only_when_a_person_says_so(
    hlf: Organization, kari: User, entity: str, erp: Remote
) -> None:
    [first, *_rest] = Posting.objects.filter(organization=hlf).order_by("external_id")
    erp.remove_staged(tenant=entity, invoice_number=first.reference)
    look_again(hlf)
    first.refresh_from_db()
    assert (first.state, first.reason_code) == ("failed", "removed_there")
    assert erp.counts(tenant=entity)["staged"] == 2
    postings.retry(organization=hlf, actor=scene.actor(kari), now=timezone.now(), all_failed=True)
    scene.work(hlf)
    assert scene.states(hlf) == {"delivered": 3}
    assert erp.counts(tenant=entity)["staged"] == 3


def test_what_was_said_to_be_removed_is_looked_up_before_it_is_sent_again(
    hlf: Organization, kari: User, entity: str, erp: Remote
) -> None:
    """The look that missed it may have come between the staging and the ledger."""
    [first, *_rest] = Posting.objects.filter(organization=hlf).order_by("external_id")
    Posting.objects.filter(pk=first.pk).update(state="failed", reason_code="removed_there", erp_id="")
    postings.retry(organization=hlf, actor=scene.actor(kari), now=timezone.now(), all_failed=True)
    scene.work(hlf)
    assert scene.states(hlf) == {"delivered": 3}
    first.refresh_from_db()
    assert first.attempt_rows.latest("number").outcome == "adopted"
    assert erp.counts(tenant=entity)["staged"] == 3


def test_what_failed_there_cannot_be_withdrawn(hlf: Organization, entity: str, erp: Remote) -> None:
    erp.company(tenant=entity, open_from="2999-01-01")
    erp.run_job(tenant=entity)
    look_again(hlf)
    [first, *_rest] = Posting.objects.filter(organization=hlf)
    with transaction.atomic(), pytest.raises(ConflictError) as refusal:
        withdrawing.withdraw(organization=hlf, posting_id=first.pk)
    assert refusal.value.code == "already_sent"


def test_a_look_up_that_fails_changes_nothing_and_is_not_repeated_at_once(
    hlf: Organization, entity: str, erp: Remote
) -> None:
    erp.run_job(tenant=entity)
    erp.fault(tenant=entity, kind="gateway", status=503, count=1)
    with time_machine.travel(timezone.now() + QUARTER, tick=False):
        scene.work(hlf)
        before = asked(erp, entity)
        scene.work(hlf)
        assert asked(erp, entity) == before
    assert scene.states(hlf) == {"delivered": 3}
    look_again(hlf, timedelta(hours=1))
    assert scene.states(hlf) == {"posted": 3}


def test_a_token_that_is_no_longer_accepted_opens_the_breaker(
    hlf: Organization, entity: str, erp: Remote
) -> None:
    erp.revoke_tokens()
    look_again(hlf)
    assert [entry.new_state for entry in scene.log(hlf, "hold")] != []
    before = asked(erp, entity)
    look_again(hlf, timedelta(hours=3))
    assert asked(erp, entity) == before


def test_many_cost_few_requests_each(hlf: Organization, kari: User, entity: str, erp: Remote) -> None:
    scene.approve_many(hlf, [f"M-{number}" for number in range(197)])
    before = asked(erp, entity)
    scene.work(hlf)
    erp.run_job(tenant=entity)
    look_again(hlf)
    assert scene.states(hlf) == {"posted": 200}
    assert asked(erp, entity) - before <= 200 * 0.05


def test_while_it_is_off_a_person_who_tests_the_connection_learns_what_was_posted(
    hlf: Organization, kari: User, entity: str, erp: Remote
) -> None:
    scene.disable(hlf, kari)
    erp.run_job(tenant=entity)
    changes = erp.counts(tenant=entity)["changes"]
    scene.check_connection(hlf, kari)
    assert scene.states(hlf) == {"posted": 3}
    assert all(posting.voucher_number for posting in Posting.objects.filter(organization=hlf))
    assert erp.counts(tenant=entity)["changes"] == changes
    followed = [entry for entry in scene.log(hlf, "attempt") if entry.details["outcome"] == "followed_up"]
    assert [entry.actor_name for entry in followed] == ["Kari Nordmann"] * 3


def test_a_look_by_a_person_that_fails_leaves_everything_and_the_test_as_it_was(
    hlf: Organization, kari: User, entity: str, erp: Remote
) -> None:
    scene.disable(hlf, kari)
    erp.run_job(tenant=entity)
    erp.fault(tenant=entity, body="glImportItems(", kind="gateway", status=503)
    scene.check_connection(hlf, kari)
    assert scene.states(hlf) == {"delivered": 3}


def test_a_late_error_that_points_at_nothing_gets_its_row_in_the_log_once(
    hlf: Organization, entity: str, erp: Remote
) -> None:
    erp.switches(late_errors_point_by="nothing")
    erp.company(tenant=entity, open_from="2100-01-01")
    erp.run_job(tenant=entity)
    for hours in (1, 3, 6):
        look_again(hlf, timedelta(hours=hours))
    assert scene.states(hlf) == {"delivered": 3}
    noticed = [entry for entry in scene.log(hlf, "attempt") if entry.details["outcome"] == "noticed"]
    assert len(noticed) == 3, "one for each voucher that the job refused"
    assert "is closed" in noticed[0].error


def test_what_xledger_kept_in_part_is_a_conflict_that_ends_when_it_is_removed_there(
    hlf: Organization, entity: str, erp: Remote, settings: Settings
) -> None:
    settings.QUARANTINE_SECONDS = 1
    erp.switches(failing_batch_stores="prefix")
    scene.submit_and_approve(hlf, scene.reimbursement("R-9", claimant="V99999"))
    scene.work(hlf)
    posting = Posting.objects.get(organization=hlf, external_id="R-9")
    assert posting.state == "unknown"
    look_again(hlf)
    posting.refresh_from_db()
    assert posting.state == "conflict"
    assert "2 av de 3 linjene" in posting.reason_detail
    erp.remove_staged(tenant=entity, invoice_number=posting.reference)
    erp.switches(failing_batch_stores="nothing")
    postings.retry(organization=hlf, actor=scene.KARI, now=timezone.now(), ids=[posting.pk])
    look_again(hlf)
    posting.refresh_from_db()
    assert (posting.state, posting.reason_code) == ("failed", "subledger_unknown")
