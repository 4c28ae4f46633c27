"""Accounting systems that stage before they post, Xledger and Finance: both sides compared, and rebuilt after a restore."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from starlette.types import ASGIApp

from sluse.organizations.models import Organization, User
from sluse.sandbox import finance, xledger
from sluse.sandbox.remote import Remote
from sluse.sandbox.serve import running
from sluse.sync import incarnation, queue, reconcile, restore
from sluse.sync.models import Attempt, Difference, Posting, Reconciliation, State
from sluse.sync.tests.test_reconcile import forget, kinds, make_pending
from sluse.vouchers.document import Document
from tests import scene

ENTITY, ENVIRONMENT = "7000088", "sluse-compared"
Outcome = Reconciliation.Outcome
AMOUNT_ORE = 31_000


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """`addresses`: the settings that say where the sandbox is. `reference`: the field where it keeps ours."""

    create: Callable[[], ASGIApp]
    addresses: Callable[[str], Mapping[str, str]]
    make_ready: Callable[[Organization, User, str], None]
    tenant: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tied:
    """An organization with three vouchers in the ledger there."""

    of: Organization
    kari: User
    erp: Remote
    system: System

    def compare(self) -> Reconciliation:
        who = scene.actor(self.kari)
        return reconcile.now_for(organization=self.of, actor=who, now=timezone.now())

    def post_there(self) -> None:
        self.erp.run_job(tenant=self.system.tenant)

    def vouchers(self) -> list[dict[str, Any]]:
        return self.erp.vouchers(tenant=self.system.tenant)

    def changes(self) -> int:
        return int(self.erp.counts(tenant=self.system.tenant)["changes"])


SYSTEMS = {
    "xledger": System(
        create=xledger.create,
        addresses=lambda base: {"XLEDGER_URL": f"{base}/graphql"},
        make_ready=scene.make_ready_on_xledger,
        tenant=ENTITY,
        reference="invoiceNumber",
    ),
    "finance": System(
        create=finance.create,
        addresses=lambda base: {
            "FINANCE_URL": f"{base}/{{environment}}",
            "BUSINESS_CENTRAL_LOGIN_URL": base,
        },
        make_ready=scene.make_ready_on_finance,
        tenant=ENVIRONMENT,
        reference="reference",
    ),
}


@pytest.fixture(params=SYSTEMS)
def tied(request: pytest.FixtureRequest, hlf: Organization, kari: User, settings: Settings) -> Iterator[Tied]:
    system = SYSTEMS[request.param]
    settings.QUARANTINE_SECONDS = 0
    settings.ERP_DEADLINE_SECONDS = 5.0
    with running(system.create()) as base:
        for name, address in system.addresses(base).items():
            setattr(settings, name, address)
        system.make_ready(hlf, kari, system.tenant)
        scene.enable(hlf, kari)
        scene.approve_many(hlf, ["R-1", "R-2", "R-3"])
        scene.work(hlf)
        assert scene.states(hlf) == {"delivered": 3}
        yield Tied(of=hlf, kari=kari, erp=Remote(base=base), system=system)


def test_what_is_staged_and_what_is_posted_are_equal_to_the_ore(tied: Tied) -> None:
    before = tied.changes()
    staged = tied.compare()
    tied.post_there()
    posted = tied.compare()
    for row in (staged, posted):
        assert (row.outcome, row.ours, row.theirs, row.error) == (Outcome.EQUAL, 3, 3, "")
        assert row.ours_ore == row.theirs_ore == 3 * AMOUNT_ORE
    assert tied.changes() == before, "a comparison changes nothing"


def test_everything_that_differs_is_named_both_ways_to_the_ore(tied: Tied) -> None:
    tied.post_there()
    forget("R-1")
    Posting.objects.filter(external_id="R-2").update(total_ore=AMOUNT_ORE + 1)
    Posting.objects.filter(external_id="R-3").update(reference="RAAAAAAAAAAAAAAAA")
    row = tied.compare()
    assert row.outcome == Outcome.DIFFERENT
    assert kinds(row) == [
        ("amount_differs", "R-2"),
        ("missing_there", "R-3"),
        ("unknown_here", ""),
        ("unknown_here", ""),
    ]
    amounts = Difference.objects.get(kind="amount_differs")
    assert (amounts.our_ore, amounts.their_ore) == (AMOUNT_ORE + 1, AMOUNT_ORE)
    assert (row.ours_ore, row.theirs_ore) == (2 * AMOUNT_ORE + 1, 3 * AMOUNT_ORE)


def test_after_a_restore_each_has_one_voucher_to_the_ore(tied: Tied) -> None:
    """One was sent after the backup, one was told after it, and one is in both."""
    tied.post_there()
    told = Document.from_json(Posting.objects.get(external_id="R-2").document)
    make_pending("R-1")
    forget("R-2")
    incarnation.declare(now=timezone.now())
    first = tied.compare()
    assert (first.trigger, first.rebuilt) == (Reconciliation.Trigger.RESTORE, 2)
    assert kinds(first) == [("unknown_here", "")]
    rebuilt = Posting.objects.filter(organization=tied.of).order_by("external_id")
    assert [(one.external_id, one.state, one.total_ore) for one in rebuilt] == [
        ("R-1", State.POSTED, AMOUNT_ORE),
        ("R-3", State.POSTED, AMOUNT_ORE),
    ]
    assert all(one.voucher_number for one in rebuilt)
    restore.release(organization=tied.of, reason="Looked", actor=scene.actor(tied.kari), now=timezone.now())
    scene.enable(tied.of, tied.kari)
    before = tied.changes()
    queue.enqueue(organization=tied.of, document=told, held=False, now=timezone.now())
    scene.work(tied.of)
    assert Attempt.objects.latest("pk").outcome == "adopted"
    assert tied.changes() == before, "nothing was sent again"
    last = tied.compare()
    assert (last.outcome, last.ours_ore, last.theirs_ore) == (Outcome.EQUAL, 3 * AMOUNT_ORE, 3 * AMOUNT_ORE)
    copies = Counter(str(one[tied.system.reference]) for one in tied.vouchers())
    ours = Posting.objects.filter(organization=tied.of).values_list("reference", flat=True)
    assert copies == Counter(ours)


def test_what_cannot_be_read_is_told_as_a_failure_and_not_as_a_difference(tied: Tied) -> None:
    tied.erp.fault(kind="html", tenant=tied.system.tenant, count=100)
    row = tied.compare()
    assert (row.outcome, row.differences.count(), row.rebuilt) == (Outcome.FAILED, 0, 0)
    assert row.error
