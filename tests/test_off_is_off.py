"""P1: sixteen workers, two hundred toggles, and not one posting request starts after a disable has returned."""

import asyncio
import itertools
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.db import connections

from sluse.connectors.business_central.connector import BusinessCentral
from sluse.gate.lock import Locks
from sluse.gate.read import State
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization, User
from sluse.sandbox.remote import Remote
from sluse.sync import orchestrator, wake
from sluse.sync.models import Attempt, Posting
from tests import scene
from tests.soak import figures

WORKERS = 16
ORGANIZATIONS = 4
TOGGLES_EACH = 50  # on and off together count as two: 4 × 25 pairs = 200 changes
POSTINGS_EACH_ROUND = 6
BATCH_SIZE = 2
SEED = 20_261_124
QUESTIONS_MAX = 4_000


@dataclass
class Ledger:
    """What the sandbox counted for one organization, asked while its switch was certainly off: no clock is believed."""

    tenant: str
    after_off: int = 0
    changes: int = 0
    errors: list[BaseException] = field(default_factory=list)


@pytest.mark.journey
def test_no_request_starts_after_a_disable_has_returned(
    committed_database: None, erp: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BusinessCentral, "batch_size", BATCH_SIZE)
    people = [_organization(number) for number in range(ORGANIZATIONS)]
    ledgers = [Ledger(tenant=scene.make_ready(of, person)) for of, person in people]
    stop = threading.Event()
    workers = threading.Thread(target=lambda: asyncio.run(_work([of.pk for of, _person in people], stop)))
    togglers = [
        threading.Thread(target=_toggle, args=(of, person, erp, ledger, _chance(SEED + number)))
        for number, ((of, person), ledger) in enumerate(zip(people, ledgers, strict=True))
    ]
    workers.start()
    for thread in togglers:
        thread.start()
    for thread in togglers:
        thread.join()
    stop.set()
    workers.join()
    _note(erp, ledgers)
    assert [error for ledger in ledgers for error in ledger.errors] == []
    assert [ledger.after_off for ledger in ledgers] == [0] * ORGANIZATIONS
    assert sum(ledger.changes for ledger in ledgers) >= ORGANIZATIONS * TOGGLES_EACH
    sent = [_sent(erp, ledger) for ledger in ledgers]
    assert all(sent), f"The workers must have sent something everywhere, or this proves nothing: {sent}"
    assert {
        voucher["vendorInvoiceNumber"] for voucher in erp.vouchers() if voucher["status"] == "Open"
    } >= set(Posting.objects.filter(state="posted").values_list("reference", flat=True))


def _note(erp: Remote, ledgers: list[Ledger]) -> None:
    copies = 0
    for ledger in ledgers:
        numbers = [voucher["vendorInvoiceNumber"] for voucher in erp.vouchers(tenant=ledger.tenant)]
        copies += len(numbers) - len(set(numbers))
    toggles = sum(ledger.changes for ledger in ledgers)
    after_off = sum(ledger.after_off for ledger in ledgers)
    figures.note(toggles=toggles, sends_after_off=after_off, duplicates=copies)


def _sent(erp: Remote, ledger: Ledger) -> int:
    """The requests begun so far that change something."""
    return int(erp.counts(tenant=ledger.tenant)["changes"])


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same dice each time, guarding nothing


def _organization(number: int) -> tuple[Organization, User]:
    of = scene.organization(f"forening-{number}", f"Forening {number}")
    return of, scene.administrator(of, f"admin-{number}@forening.example", "Admin")


async def _work(organization_ids: list[int], stop: threading.Event) -> None:
    """Sixteen workers as sixteen processes would be: each with locks of its own, all after the same queues."""
    await asyncio.gather(*[_worker(organization_ids, stop, _chance(SEED * n)) for n in range(WORKERS)])


async def _worker(organization_ids: list[int], stop: threading.Event, chance: random.Random) -> None:
    locks = Locks(conninfo=wake.conninfo())
    try:
        while not stop.is_set():
            await orchestrator.run_slice(organization_id=chance.choice(organization_ids), locks=locks)
            await asyncio.sleep(chance.random() / 50)
    finally:
        await locks.close()


def _toggle(of: Organization, person: User, erp: Remote, ledger: Ledger, chance: random.Random) -> None:
    try:
        when_off = _sent(erp, ledger)
        for pair in _pairs():
            scene.approve_many(of, [f"R-{pair}-{number}" for number in range(POSTINGS_EACH_ROUND)])
            ledger.after_off += _sent(erp, ledger) - when_off
            scene.enable(of, person)
            _start(of, person)
            _until_it_is_worth_turning_off(of, erp, ledger, chance)
            answer = scene.disable(of, person)
            when_off = _sent(erp, ledger)
            assert answer.state is State.DISABLED
            ledger.changes += 2
            time.sleep(chance.random() / 20)  # waits for nothing: it is what makes the moments random
        ledger.after_off += _sent(erp, ledger) - when_off
    except BaseException as error:  # noqa: BLE001 - told by the test's own thread
        ledger.errors.append(error)
    finally:
        connections.close_all()


def _pairs() -> Iterator[int]:
    """Two toggles each: so many, and in `make soak` as many more as there is time for."""
    ends = time.monotonic() + (figures.seconds() or 0)
    for pair in itertools.count():
        if pair >= TOGGLES_EACH // 2 and time.monotonic() >= ends:
            return
        yield pair


def _start(of: Organization, person: User) -> None:
    """The run of the last round may still be ending; it does not take what was approved after it began."""
    for _time in _patience("the last run never ended"):
        try:
            scene.start_manual(of, person)
        except ConflictError as error:
            if error.code != "sync_already_running":
                raise
        else:
            return


def _until_it_is_worth_turning_off(
    of: Organization, erp: Remote, ledger: Ledger, chance: random.Random
) -> None:
    """Between the intent and the request, or while requests are on their way: the one as often as the other."""

    def intended() -> int:
        return Attempt.objects.filter(posting__organization=of).count()

    def sent() -> int:
        return _sent(erp, ledger)

    count = chance.choice([intended, sent])
    before = count()
    for _time in _patience("no worker began to send"):
        if count() > before:
            break
    time.sleep(chance.random() / 20)  # waits for nothing: it is what makes the moments random


def _patience(what_did_not_happen: str) -> Iterator[None]:
    """Questions are counted, not time: a machine that stands still has asked nothing."""
    for _question in range(QUESTIONS_MAX):
        yield
        time.sleep(0.005)
    raise AssertionError(what_did_not_happen)
