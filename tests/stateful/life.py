"""One life, made by chance: what people do to an organization, and what goes wrong with it."""

import random
from collections import Counter
from typing import ClassVar

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sluse.audit import verify
from sluse.audit.actor import Actor
from sluse.organizations.errors import ConflictError
from sluse.reimbursements import withdraw
from sluse.sandbox import business_central as sandbox
from sluse.sandbox.remote import Remote
from sluse.sync import holding, postings, rotating
from sluse.sync.models import BY_HAND, Attempt, Posting, Run, State
from sluse.vouchers import store
from tests import scene
from tests.stateful import promises, trouble
from tests.stateful import world as worlds
from tests.stateful.world import World

SOMETIMES = {
    *("unknown", "adopted", "conflict", "late", "zombie", "restore", "rotation", "off with a queue"),
    *("corrected", "reversed by hand"),
}
FAULTS = ("drop_before", "drop_after", "gateway", "html", "truncated", "odd", "partial", "throttle")
KRONER = st.integers(min_value=60, max_value=99_999)
CHANCE = st.randoms(use_true_random=False)
ROUNDS_MAX = 12
"""A chain of corrections takes one for each person who must do something in between."""


class Life(RuleBasedStateMachine):
    erp: ClassVar[Remote]
    reached: ClassVar[Counter[str]]
    counted: ClassVar[Counter[str]]
    world: World
    is_held = False

    @initialize(document=st.sampled_from(worlds.DOCUMENTS))
    def begin(self, document: str) -> None:
        self.world = worlds.make(erp=self.erp, document=document)

    # --- what people do -------------------------------------------------------------------------------

    @rule(kroner=KRONER)
    def approve(self, kroner: int) -> None:
        self.world.approve(kroner=kroner)

    @rule(kroner=KRONER, choice=CHANCE)
    def correct(self, kroner: int, choice: random.Random) -> None:
        """Of anything; now and then of what was posted just before, which is what takes two vouchers."""
        if not self.world.told or choice.random() < 1 / 2:
            self._be_sending()
            self.world.approve()
            scene.work(self.world.of)
        self.world.correct(number=choice.randint(1, self.world.told), kroner=kroner)

    @rule(choice=CHANCE)
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
    def settle_by_hand(self) -> None:
        self.world.settle_by_hand()

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
        trouble.die(self.world, is_sent=is_sent)

    @rule()
    def send_something_that_arrives_late(self) -> None:
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
        self.reached["zombie"] += trouble.wake_a_zombie(self.world)

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
        self.world.enter_by_hand(posting)
        self.world.let_time_pass()
        scene.work(self.world.of)
        posting.refresh_from_db()
        self.reached["conflict"] += posting.state == State.CONFLICT

    @rule()
    def restore(self) -> None:
        self._be_sending()
        self.world.approve()
        scene.work(self.world.of)
        self.reached["restore"] += trouble.put_back(self.world)

    @rule()
    def let_time_pass(self) -> None:
        self.world.let_time_pass()

    # --- what holds after every step ------------------------------------------------------------------

    @invariant()
    def the_promises_hold(self) -> None:
        self.counted["steps"] += 1
        promises.off_is_off(self.world, self.counted)
        promises.never_twice(self.world, self.counted)
        promises.to_the_ore(self.world, self.counted)
        promises.one_version_at_a_time(self.world)
        promises.every_toggle_has_its_row(self.world)

    @invariant()
    def what_was_reached_is_counted(self) -> None:
        ours = Posting.objects.filter(organization=self.world.of)
        attempts = Attempt.objects.filter(posting__in=ours)
        corrected = ours.filter(state=State.POSTED, follows__state=State.POSTED, is_reversal=False)
        self.reached["unknown"] += ours.filter(state=State.UNKNOWN).exists()
        self.reached["adopted"] += attempts.filter(outcome="adopted").exists()
        self.reached["corrected"] += corrected.filter(follows__attempts__gt=0).exists()
        self.reached["reversed by hand"] += corrected.filter(follows__reason_code=BY_HAND).exists()

    def teardown(self) -> None:
        """P3: with everything mended, complete runs leave nothing behind. And the log is whole."""
        if self.is_held:
            self.hold_or_resume()
        self._be_sending()
        for _round in range(ROUNDS_MAX):
            if not self._left():
                break
            self._mend_and_run()
        self.counted["lost"] += len(self._left())
        self.counted["toggles"] += self.world.toggles
        self.counted["faults"] += self.world.faults
        self.what_was_reached_is_counted()
        assert not self._left(), f"Left behind: {self._left()}.{self.world.standing()}"
        promises.never_twice(self.world, self.counted)
        promises.to_the_ore(self.world, self.counted)
        promises.one_version_at_a_time(self.world)
        assert verify.verify(organization_id=self.world.of.pk).ok

    def _mend_and_run(self) -> None:
        while self.world.settle_by_hand():
            pass
        postings.retry(organization=self.world.of, all_failed=True, actor=self._who(), now=timezone.now())
        self.world.let_time_pass()
        if not Run.objects.filter(organization=self.world.of, finished_at=None).exists():
            scene.start_manual(self.world.of, self.world.kari)
        scene.work(self.world.of)

    def _left(self) -> set[str]:
        return set(scene.states(self.world.of)) - {"posted", "withdrawn"}

    def _be_sending(self) -> None:
        if self.is_held:
            self.hold_or_resume()
        self.erp.clear_faults(tenant=self.world.tenant)
        self.world.turn_on()
        self.world.let_time_pass()

    def _who(self) -> Actor:
        return scene.actor(self.world.kari)
