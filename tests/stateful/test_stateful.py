"""P1 to P5 after every step of lives made by chance: approvals, switches, faults, crashes, conflicts, restores.

A campaign that never came to what it is about proves nothing: it must have reached each of `SOMETIMES`.
"""

import random
import time
from collections import Counter
from typing import ClassVar

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from sluse.audit import verify
from sluse.audit.actor import Actor
from sluse.organizations.errors import ConflictError
from sluse.reimbursements import withdraw
from sluse.sandbox import business_central as sandbox
from sluse.sandbox.remote import Remote
from sluse.sandbox.tests.caller import Caller
from sluse.sync import holding, postings, rotating, settling
from sluse.sync.models import Attempt, Posting, Run, State
from sluse.vouchers import store
from tests import scene
from tests.soak import figures
from tests.stateful import world

SOMETIMES = {"unknown", "adopted", "conflict", "late", "zombie", "restore", "rotation", "off with a queue"}
FAULTS = ("drop_before", "drop_after", "gateway", "html", "truncated", "odd", "partial", "throttle")
EXAMPLES, STEPS = 4, 25
EXAMPLES_OF_SOAK = 3


class Life(RuleBasedStateMachine):
    erp: ClassVar[Remote]
    reached: ClassVar[Counter[str]]
    counted: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.world = world.make(self.erp)
        self.is_held = False

    # --- what people do -------------------------------------------------------------------------------

    @rule(kroner=st.integers(min_value=60, max_value=99_999))
    def approve(self, kroner: int) -> None:
        self.world.approve(kroner=kroner)

    @rule(choice=st.randoms(use_true_random=False))
    def withdraw(self, choice: random.Random) -> None:
        if not self.world.told:
            return
        name = f"R-{choice.randint(1, self.world.told)}"
        try:
            withdraw.withdraw(
                organization=self.world.of, external_id=name, actor=self._who(), now=timezone.now()
            )
        except ConflictError as error:
            if error.code != "already_sent":
                raise

    @rule()
    def turn_on(self) -> None:
        self.world.turn_on()

    @rule()
    def turn_off(self) -> None:
        self.world.turn_off()
        posting = self.world.approve()
        scene.work(self.world.of)
        posting.refresh_from_db()
        assert (posting.state, posting.held) == (State.PENDING, True)
        self.reached["off with a queue"] += 1

    @rule()
    def hold_or_resume(self) -> None:
        if self.is_held:
            holding.resume_platform(reason="Over", actor=self._who(), now=timezone.now())
        else:
            holding.stop_platform(reason="Storm", actor=self._who(), now=timezone.now())
        self.is_held = not self.is_held

    @rule()
    def run_by_hand(self) -> None:
        try:
            scene.start_manual(self.world.of, self.world.kari)
        except ConflictError as error:
            if error.code not in {"connector_disabled", "sync_already_running", "hold_active"}:
                raise
        scene.work(self.world.of)

    @rule()
    def work(self) -> None:
        scene.work(self.world.of)

    @rule()
    def retry(self) -> None:
        postings.retry(organization=self.world.of, all_failed=True, actor=self._who(), now=timezone.now())

    @rule(account=st.sampled_from(["7100", "7140", "7160"]))
    def change_mapping(self, account: str) -> None:
        types = {**scene.MAPPING["expense_types"], "toll": {"account": account}}  # type: ignore[dict-item]
        content = scene.MAPPING | {"expense_types": types}
        store.save(organization=self.world.of, content=content, actor=self._who(), now=timezone.now())

    @rule()
    def rotate_credentials(self) -> None:
        self._be_sending()
        of, who, now = self.world.of, self._who(), timezone.now()
        secrets = [sandbox.CLIENT_SECRET, f"hemmelighet-{self.counted['toggles']}-{self.reached['rotation']}"]
        self.erp.accept_secrets(tenant=self.world.tenant, secrets=secrets)
        rotating.put_next(
            organization=of, credentials={"client_secret": secrets[1]}, expires_on=None, actor=who, now=now
        )
        assert rotating.test_next(organization=of, actor=who, now=now).ok
        rotating.swap(organization=of, actor=who, now=now)
        self.reached["rotation"] += 1

    # --- what goes wrong ------------------------------------------------------------------------------

    @rule(kind=st.sampled_from(FAULTS))
    def spoil_the_next_request(self, kind: str) -> None:
        self.world.fault(kind)

    @rule(is_sent=st.booleans())
    def die(self, *, is_sent: bool) -> None:
        self._be_sending()
        self.world.approve()
        self.world.die(is_sent=is_sent)

    @rule()
    def arrive_late(self) -> None:
        self._be_sending()
        posting = self.world.approve()
        self.world.fault("late", seconds=0.2)
        scene.work(self.world.of)
        posting.refresh_from_db()
        self.reached["late"] += posting.state == State.UNKNOWN
        self.world.let_time_pass()
        scene.work(self.world.of)

    @rule()
    def sleep_before_sending(self) -> None:
        self._be_sending()
        self.world.approve()
        self.reached["zombie"] += self.world.wake_a_zombie()

    @rule()
    def somebody_enters_it_by_hand(self) -> None:
        """With our reference and another sum, while we do not know whether ours arrived."""
        self._be_sending()
        posting = self.world.approve()
        self.world.fault("drop_before")
        scene.work(self.world.of)
        posting.refresh_from_db()
        if posting.state != State.UNKNOWN:
            return
        with Caller(base=self.erp.base, tenant=self.world.tenant) as somebody:
            somebody.create(posting.reference)
        self.world.by_hand.add(posting.reference)
        self.world.let_time_pass()
        scene.work(self.world.of)
        posting.refresh_from_db()
        self.reached["conflict"] += posting.state == State.CONFLICT

    @rule()
    def settle_a_conflict(self) -> None:
        posting = Posting.objects.filter(organization=self.world.of, state=State.CONFLICT).first()
        if posting is not None:
            settling.book_by_hand(
                organization=self.world.of,
                posting_id=posting.pk,
                voucher_number="1",
                reason="Booked there",
                actor=self._who(),
                now=timezone.now(),
            )

    @rule()
    def restore(self) -> None:
        self._be_sending()
        self.world.approve()
        scene.work(self.world.of)
        ours = Posting.objects.filter(organization=self.world.of, state=State.POSTED)
        posting = ours.exclude(reference__in=self.world.by_hand).first()
        if posting is not None:
            self.world.restore(posting)
            self.reached["restore"] += 1

    @rule()
    def let_time_pass(self) -> None:
        self.world.let_time_pass()

    # --- what holds after every step ------------------------------------------------------------------

    @invariant()
    def off_is_off(self) -> None:
        self.counted["steps"] += 1
        off = [*self.world.off]
        if self.world.off_since is not None:
            off.append((self.world.off_since, time.time()))
        sent = self.erp.requests(tenant=self.world.tenant, changes_only=True)
        by_us = [one for one in sent if one["headers"].get("x-correlation-id")]
        broken = [one for one in by_us for begin, end in off if begin < one["started_at"] < end]
        self.counted["sends_after_off"] += len(broken)
        assert broken == []

    @invariant()
    def never_twice_and_to_the_ore(self) -> None:
        there = self.erp.vouchers(tenant=self.world.tenant)
        copies = Counter(one["vendorInvoiceNumber"] for one in there)
        self.counted["duplicates"] += sum(count - 1 for count in copies.values())
        assert set(copies.values()) <= {1}
        totals = {one["vendorInvoiceNumber"]: round(float(one["total"]) * 100) for one in there}
        for posting in Posting.objects.filter(organization=self.world.of, state=State.POSTED):
            if posting.reference not in self.world.by_hand:
                off = abs(totals.get(posting.reference, 0) - posting.total_ore)
                self.counted["ore_off"] += off
                assert off == 0, posting.external_id

    @invariant()
    def every_toggle_has_its_row(self) -> None:
        rows = [row for row in scene.log(self.world.of, "switch") if row.new_state in {"enabled", "disabled"}]
        assert len(rows) == self.world.toggles

    @invariant()
    def what_was_reached_is_counted(self) -> None:
        states = scene.states(self.world.of)
        self.reached["unknown"] += states.get("unknown", 0) > 0
        ours = Attempt.objects.filter(posting__organization=self.world.of)
        self.reached["adopted"] += ours.filter(outcome="adopted").exists()

    def teardown(self) -> None:
        """P3: with everything mended, one complete run leaves nothing behind. And the log is whole."""
        if self.is_held:
            holding.resume_platform(reason="Over", actor=self._who(), now=timezone.now())
            self.is_held = False
        self._be_sending()
        for _round in range(3):
            postings.retry(organization=self.world.of, all_failed=True, actor=self._who(), now=timezone.now())
            self.world.let_time_pass()
            if not Run.objects.filter(organization=self.world.of, finished_at=None).exists():
                scene.start_manual(self.world.of, self.world.kari)
            scene.work(self.world.of)
        left = set(scene.states(self.world.of)) - {"posted", "withdrawn", "conflict"}
        self.counted["lost"] += len(left)
        self.counted["toggles"] += self.world.toggles
        self.counted["faults"] += self.world.faults
        assert left == set(), scene.states(self.world.of)
        self.never_twice_and_to_the_ore()
        assert verify.verify(organization_id=self.world.of.pk).ok

    def _be_sending(self) -> None:
        if self.is_held:
            self.hold_or_resume()
        self.erp.clear_faults(tenant=self.world.tenant)
        self.world.turn_on()
        self.world.let_time_pass()

    def _who(self) -> Actor:
        return scene.actor(self.world.kari)


@pytest.mark.journey
def test_the_promises_hold_whatever_happens(committed_database: None, erp: Remote) -> None:
    Life.erp, Life.reached, Life.counted = erp, Counter(), Counter()
    seconds = figures.seconds()
    try:
        if seconds is None:
            _live(EXAMPLES, is_fixed=True)
        else:
            ends = time.monotonic() + seconds
            while time.monotonic() < ends:
                _live(EXAMPLES_OF_SOAK, is_fixed=False)
    finally:
        figures.note(**{name: count for name, count in Life.counted.items() if name in figures.NAMES})
    assert {name for name, count in Life.reached.items() if count} >= SOMETIMES


def _live(examples: int, *, is_fixed: bool) -> None:
    chosen = settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        derandomize=is_fixed,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    machine = Life if is_fixed else seed(time.time_ns())(Life)
    run_state_machine_as_test(machine, settings=chosen)
