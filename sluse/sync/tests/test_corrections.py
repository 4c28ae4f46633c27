"""A posted reimbursement is corrected by a reversal and a new voucher, each exactly once, in this order and no other."""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization, User
from sluse.sandbox import xledger
from sluse.sandbox.remote import Remote
from sluse.sandbox.serve import running
from sluse.sync import corrections, postings, settling
from sluse.sync.models import Posting
from tests import correcting, scene

ENTITIES = itertools.count(6_500_001)


@pytest.fixture(scope="session")
def xledger_address() -> Iterator[str]:
    with running(xledger.create()) as base:
        yield base


@pytest.fixture
def xledger_erp(xledger_address: str, settings: Settings) -> Iterator[Remote]:
    settings.XLEDGER_URL = f"{xledger_address}/graphql"
    settings.ERP_DEADLINE_SECONDS = 5.0
    remote = Remote(base=xledger_address)
    yield remote
    assert remote.violations() == []
    remote.reset()


@pytest.fixture
def journals(hlf: Organization, kari: User, erp: Remote, settings: Settings) -> str:
    """HLF posts through journals, and its switch is on. Returns its tenant."""
    settings.QUARANTINE_SECONDS = 0
    tenant = scene.make_ready(hlf, kari, document="journal")
    scene.enable(hlf, kari)
    return tenant


def told(hlf: Organization) -> list[tuple[int, bool, str]]:
    rows = Posting.objects.filter(organization=hlf).order_by("version", "is_reversal")
    return [(row.version, row.is_reversal, row.state) for row in rows]


def balances(vouchers: Sequence[dict[str, Any]]) -> dict[str, Decimal]:
    """By account, of everything the accounting system holds; what comes to nothing is left out."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for voucher in vouchers:
        for line in voucher.get("lines") or voucher["rows"]:
            sums[str(line["account"])] += Decimal(line["amount"])
    return {account: amount for account, amount in sums.items() if amount}


def test_a_correction_leaves_the_new_amounts_in_the_ledger_and_three_vouchers(
    hlf: Organization, journals: str, erp: Remote
) -> None:
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    correcting.correct(hlf, "400.00")
    scene.work(hlf)
    assert told(hlf) == [(1, False, "posted"), (1, True, "posted"), (2, False, "posted")]
    held = erp.vouchers(tenant=journals)
    assert len({one["vendorInvoiceNumber"] for one in held}) == len(held) == 3
    assert balances(held) == {
        "7100": Decimal("344.00"),
        "7140": Decimal("56.00"),
        "2400": Decimal("-400.00"),
    }
    assert sum(row.total_ore for row in Posting.objects.filter(organization=hlf)) == 40_000
    assert erp.violations() == []


def test_the_reversal_has_the_dimensions_of_what_it_reverses(
    hlf: Organization, journals: str, erp: Remote
) -> None:
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    correcting.correct(hlf, "400.00")
    scene.work(hlf)
    references = Posting.objects.filter(organization=hlf, version=1).values_list("reference", "is_reversal")
    by_kind = {is_reversal: reference for reference, is_reversal in references}
    by_reference = {one["vendorInvoiceNumber"]: one for one in erp.vouchers(tenant=journals)}
    first, reversal = by_reference[by_kind[False]], by_reference[by_kind[True]]
    turned = [line | {"amount": f"{-Decimal(line['amount']):.2f}"} for line in first["lines"]]
    assert reversal["lines"] == turned


def test_an_answer_that_is_lost_between_the_two_leaves_each_of_them_once(
    hlf: Organization, journals: str, kari: User, erp: Remote
) -> None:
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    correcting.correct(hlf, "400.00")
    reversal = Posting.objects.get(organization=hlf, is_reversal=True)
    erp.fault(kind="drop_after", tenant=journals, body="journals", count=1)
    scene.work(hlf)
    assert told(hlf)[2] == (2, False, "pending"), (
        "the new one waits while the reversal is not known to be there"
    )
    erp.clear_faults(tenant=journals)
    scene.start_manual(hlf, kari)
    scene.work(hlf)
    assert told(hlf) == [(1, False, "posted"), (1, True, "posted"), (2, False, "posted")]
    held = erp.vouchers(tenant=journals)
    assert [one["vendorInvoiceNumber"] for one in held].count(reversal.reference) == 1
    assert len(held) == 3
    assert sum(balances(held).values()) == 0
    assert balances(held)["2400"] == Decimal("-400.00")


def test_on_xledger_the_correction_waits_until_the_job_has_posted_what_came_before(
    hlf: Organization, kari: User, xledger_erp: Remote
) -> None:
    entity = str(next(ENTITIES))
    scene.make_ready_on_xledger(hlf, kari, entity)
    scene.enable(hlf, kari)
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    correcting.correct(hlf, "400.00")
    scene.work(hlf)
    assert told(hlf) == [(1, False, "delivered"), (1, True, "pending"), (2, False, "pending")]
    waiting = Posting.objects.filter(organization=hlf, state="pending").order_by("-is_reversal")
    assert all(corrections.waits_because(posting=one) for one in waiting)
    for states in (["posted", "delivered", "pending"], ["posted", "posted", "delivered"], ["posted"] * 3):
        xledger_erp.run_job(tenant=entity)
        Posting.objects.filter(organization=hlf, state="delivered").update(next_try_at=timezone.now())
        scene.work(hlf)
        assert [state for _version, _is_reversal, state in told(hlf)] == states
    found = balances(xledger_erp.vouchers(tenant=entity))
    assert (found["7100"], found["7140"]) == (Decimal("344.00"), Decimal("56.00"))
    assert sum(found.values()) == 0


def test_what_was_never_sent_makes_way_and_nothing_is_reversed(
    hlf: Organization, journals: str, kari: User, erp: Remote
) -> None:
    scene.disable(hlf, kari)
    scene.approve_many(hlf, ["R-1"])
    correcting.correct(hlf, "400.00")
    assert told(hlf) == [(1, False, "withdrawn"), (2, False, "pending")]
    assert correcting.statuses_of_versions(hlf, "R-1") == ["withdrawn", "approved"]
    scene.enable(hlf, kari)
    scene.start_manual(hlf, kari)
    scene.work(hlf)
    assert balances(erp.vouchers(tenant=journals))["2400"] == Decimal("-400.00")


def test_an_unclear_send_that_never_arrived_makes_way_once_that_is_known(
    hlf: Organization, journals: str, erp: Remote
) -> None:
    scene.approve_many(hlf, ["R-1"])
    posting = Posting.objects.get(organization=hlf)
    Posting.objects.filter(pk=posting.pk).update(
        state="unknown", voucher={"lines": []}, next_try_at=timezone.now() + timedelta(hours=1)
    )
    correcting.correct(hlf, "400.00")
    assert told(hlf) == [(1, False, "unknown"), (1, True, "pending"), (2, False, "pending")]
    scene.work(hlf)
    assert erp.counts(tenant=journals)["changes"] == 0
    Posting.objects.filter(pk=posting.pk).update(state="failed", next_try_at=None)
    scene.work(hlf)
    assert told(hlf) == [(1, False, "withdrawn"), (1, True, "withdrawn"), (2, False, "posted")]
    assert balances(erp.vouchers(tenant=journals))["2400"] == Decimal("-400.00")


def test_several_corrections_reverse_only_what_was_posted(
    hlf: Organization, journals: str, kari: User, erp: Remote
) -> None:
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    scene.disable(hlf, kari)
    correcting.correct(hlf, "400.00")
    correcting.correct(hlf, "500.00")
    assert told(hlf) == [
        (1, False, "posted"),
        (1, True, "pending"),
        (2, False, "withdrawn"),
        (3, False, "pending"),
    ]
    scene.enable(hlf, kari)
    scene.start_manual(hlf, kari)
    scene.work(hlf)
    correcting.correct(hlf, "600.00")
    scene.work(hlf)
    assert balances(erp.vouchers(tenant=journals))["2400"] == Decimal("-600.00")
    assert len(erp.vouchers(tenant=journals)) == 5


def test_a_correction_that_is_withdrawn_in_time_leaves_the_earlier_version_as_it_is(
    hlf: Organization, journals: str, kari: User, erp: Remote
) -> None:
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    scene.disable(hlf, kari)
    correcting.correct(hlf, "400.00")
    correcting.withdraw(hlf, kari, "R-1")
    assert told(hlf) == [(1, False, "posted"), (1, True, "withdrawn"), (2, False, "withdrawn")]
    scene.enable(hlf, kari)
    correcting.correct(hlf, "450.00")
    scene.work(hlf)
    assert balances(erp.vouchers(tenant=journals))["2400"] == Decimal("-450.00")


def test_once_the_reversal_may_be_there_the_correction_stays(
    hlf: Organization, journals: str, kari: User
) -> None:
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    correcting.correct(hlf, "400.00")
    Posting.objects.filter(organization=hlf, is_reversal=True).update(
        state="unknown", voucher={"lines": []}, next_try_at=timezone.now()
    )
    with pytest.raises(ConflictError, match="versions") as refused:
        correcting.withdraw(hlf, kari, "R-1")
    assert refused.value.code == "already_sent"
    assert told(hlf)[2] == (2, False, "pending")


def test_as_purchase_invoice_a_person_reverses_and_then_the_new_one_is_sent(
    hlf: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    scene.enable(hlf, kari)
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    correcting.correct(hlf, "400.00")
    scene.work(hlf)
    reversal = Posting.objects.get(organization=hlf, is_reversal=True)
    assert (reversal.state, reversal.reason_code) == ("failed", "reverse_by_hand")
    assert told(hlf)[2] == (2, False, "pending")
    settling.book_by_hand(
        organization=hlf,
        posting_id=reversal.pk,
        voucher_number="KRED-1",
        reason="Credit memo made in Business Central",
        actor=scene.actor(kari),
        now=timezone.now(),
    )
    scene.work(hlf)
    assert told(hlf)[2] == (2, False, "posted")
    assert sorted(one["total"] for one in erp.vouchers(tenant=tenant)) == ["310.00", "400.00"]


def test_what_was_booked_by_hand_is_reversed_by_hand(hlf: Organization, journals: str, kari: User) -> None:
    scene.approve_many(hlf, ["R-1"])
    first = Posting.objects.get(organization=hlf)
    Posting.objects.filter(pk=first.pk).update(state="failed")
    settling.book_by_hand(
        organization=hlf,
        posting_id=first.pk,
        voucher_number="4711",
        reason="Keyed in",
        actor=scene.actor(kari),
        now=timezone.now(),
    )
    correcting.correct(hlf, "400.00")
    scene.work(hlf)
    reversal = Posting.objects.get(organization=hlf, is_reversal=True)
    assert (reversal.state, reversal.reason_code) == ("failed", "reverse_by_hand")
    assert "4711" in reversal.reason_detail


def test_the_same_approval_again_approves_no_correction_that_came_in_between(
    hlf: Organization, journals: str
) -> None:
    now = timezone.now()
    scene.submit(hlf, scene.reimbursement("R-1"))
    scene.approve_one(hlf, "R-1", now)
    scene.work(hlf)
    correcting.submit(hlf, "400.00")
    scene.approve_one(hlf, "R-1", now)
    assert correcting.statuses_of_versions(hlf, "R-1") == ["approved", "submitted"]
    assert len(postings.list_postings(organization=hlf)) == 1


def test_sums_of_a_run_count_a_reversal_against_what_it_reverses(
    hlf: Organization, journals: str, kari: User
) -> None:
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    correcting.correct(hlf, "400.00")
    scene.work(hlf)
    assert sum(run.posted_ore for run in hlf.runs.all()) == 40_000
