"""What the stateful test acts on: one organization, a real database and sandbox, and what people do there."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import time_machine
from django.db.models import Q
from django.utils import timezone

from sluse.connectors.business_central import payloads
from sluse.gate import restored
from sluse.gate.models import Hold
from sluse.organizations.models import Organization, User
from sluse.sandbox.remote import Remote
from sluse.sandbox.tests.caller import COMPANY, Caller
from sluse.sync import holding, reconcile, restore, settling
from sluse.sync.models import Outage, Posting, Reconciliation, State
from tests import correcting, scene, standing
from tests.ledger import JOURNAL

BATCH = "$batch"
A_WHILE = timedelta(minutes=16)
"""More than the quarantine of Business Central."""
DOCUMENTS = (scene.INVOICE, JOURNAL)
REVERSED_BY_HAND = "reverse_by_hand"


@dataclass(slots=True, kw_only=True)
class World:
    """`changes_when_off`: how many requests that change something had begun when off had been acknowledged; None while it
    is on. The sandbox counts them, so that no clock needs to be believed."""

    of: Organization
    kari: User
    tenant: str
    erp: Remote
    document: str
    changes_when_off: int | None
    toggles: int = 0
    faults: int = 0
    told: int = 0
    amounts: int = 0
    by_hand: set[str] = field(default_factory=set)
    """References that somebody else has used there."""

    def turn_on(self) -> None:
        """Whatever keeps it off is dealt with first, as a careful administrator does."""
        self.release()
        now = timezone.now()
        if self.changes_when_off is not None:
            self.changes_when_off = None
            scene.enable(self.of, self.kari)
            self.toggles += 1
        for hold in Hold.objects.filter(organization=self.of, ended_at=None, kind=Hold.Kind.BREAKER):
            who = scene.actor(self.kari)
            holding.end_hold(organization=self.of, hold_id=hold.pk, reason="Seen", actor=who, now=now)

    def turn_off(self) -> None:
        if self.changes_when_off is None:
            scene.disable(self.of, self.kari)
            self.is_off()

    def is_off(self) -> None:
        """From now on nothing may begin to be sent."""
        if self.changes_when_off is None:
            self.changes_when_off = self._changes()
            self.toggles += 1

    def sent_since_off(self) -> int:
        return 0 if self.changes_when_off is None else self._changes() - self.changes_when_off

    def approve(self, *, kroner: int = 310) -> Posting:
        self.told += 1
        name = f"R-{self.told}"
        scene.submit_and_approve(self.of, scene.reimbursement(name, amount=self._amount(kroner)))
        return Posting.objects.get(organization=self.of, external_id=name)

    def correct(self, *, number: int, kroner: int) -> None:
        correcting.correct(self.of, self._amount(kroner), f"R-{number}")

    def settle_by_hand(self) -> bool:
        """A conflict, or a reversal that Sluse does not make itself: what a person has booked there, they say so."""
        unsettled = Q(state=State.CONFLICT) | Q(state=State.FAILED, reason_code=REVERSED_BY_HAND)
        posting = Posting.objects.filter(unsettled, organization=self.of).order_by("created_at").first()
        if posting is not None:
            settling.book_by_hand(
                organization=self.of,
                posting_id=posting.pk,
                voucher_number="1",
                reason="Booked there",
                actor=scene.actor(self.kari),
                now=timezone.now(),
            )
        return posting is not None

    def enter_by_hand(self, posting: Posting) -> None:
        """Somebody else uses our reference there, for something else than ours."""
        with Caller(base=self.erp.base, tenant=self.tenant) as somebody:
            if self.document == JOURNAL:
                body = {"code": payloads.journal_code(posting.reference), "displayName": "Lønn"}
                answer = somebody.call("POST", f"{COMPANY}/journals", body)
            else:
                answer = somebody.create(posting.reference)
        assert answer.status_code == 201, answer.text
        self.by_hand.add(posting.reference)

    def fault(self, kind: str, **more: Any) -> None:
        self.erp.fault(kind=kind, tenant=self.tenant, path=BATCH, **more)
        self.faults += 1

    def let_time_pass(self) -> None:
        """Everything late has arrived, and all rests are over: what the quarantine waits for."""
        self.erp.wait_until_quiet()
        now = timezone.now()
        ours = Posting.objects.filter(organization=self.of)
        ours.filter(state__in=[State.UNKNOWN, State.PENDING]).exclude(next_try_at=None).update(
            next_try_at=now
        )
        Outage.objects.filter(organization=self.of).delete()

    def release(self) -> None:
        """After the quarantine, and after the comparison that a release rests on."""
        hold = restored.open_hold(organization=self.of)
        if hold is None:
            return
        self.let_time_pass()
        who = scene.actor(self.kari)
        with time_machine.travel(timezone.now() + A_WHILE, tick=True):
            row = reconcile.now_for(organization=self.of, actor=who, now=timezone.now())
            assert row.outcome != Reconciliation.Outcome.FAILED, row
            restore.release(organization=self.of, reason="Compared", actor=who, now=timezone.now())

    def standing(self) -> str:
        return standing.told(of=self.of, there=self.erp.vouchers(tenant=self.tenant))

    def _amount(self, kroner: int) -> str:
        """Never the same one again, so that a correction is one."""
        self.amounts += 1
        return f"{kroner}.{self.amounts % 100:02}"

    def _changes(self) -> int:
        return int(self.erp.counts(tenant=self.tenant)["changes"])


def make(*, erp: Remote, document: str) -> World:
    slug = f"liv-{uuid.uuid4().hex[:12]}"
    of = scene.organization(slug, "Livet")
    kari = scene.administrator(of, f"kari@{slug}.example")
    tenant = scene.make_ready(of, kari, document=document)
    return World(of=of, kari=kari, tenant=tenant, erp=erp, document=document, changes_when_off=0)
