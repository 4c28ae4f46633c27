"""What may happen next, named as the code names it. Nothing is fair: whatever may happen may also wait for ever."""

from collections.abc import Iterator

from tests.model import worker
from tests.model.protocol import Protocol
from tests.model.world import WORKERS, At, State, Switch, Worker, World

Step = tuple[str, World]

OPEN_POSTINGS = {State.SENDING, State.UNKNOWN, State.RESTED}
STARTED = {At.INTENT, At.NOT_THERE, At.ASKED}
"""A worker that may still start a request for an attempt that is written down."""


def successors(world: World, protocol: Protocol) -> Iterator[Step]:
    for number in WORKERS:
        yield from worker.steps(world, protocol, number)
        yield from _misfortunes(world, protocol, number)
    yield from _wire(world, protocol)
    yield from _clock(world, protocol)
    yield from _switch(world, protocol)
    yield from _restore(world, protocol)


def _misfortunes(world: World, protocol: Protocol, number: int) -> Iterator[Step]:
    one = world.workers[number]
    if world.crashes_left == 0 or one.at is At.IDLE:
        return
    less = world._replace(crashes_left=world.crashes_left - 1)
    yield f"crash {number}", _without_locks(less, number).with_worker(number, Worker())
    if protocol.sessions_break and one.has_session:
        yield (
            f"session of {number} breaks",
            _without_locks(less, number).with_worker(number, one._replace(has_session=False)),
        )
    if not protocol.keeps_run_lock and world.run_lock == number:
        yield f"lease of {number} ends", less._replace(run_lock=None)


def _without_locks(world: World, number: int) -> World:
    run_lock = None if world.run_lock == number else world.run_lock
    return world._replace(run_lock=run_lock, gate=world.gate - {number})


def _wire(world: World, protocol: Protocol) -> Iterator[Step]:
    """A request is carried out, late or not, or lost; the answer, if any, may never come."""
    if world.wire == 0:
        return
    less = world._replace(wire=world.wire - 1)
    yield "request lost", less
    if protocol.refuses_twins and world.vouchers:
        yield "twin refused there", less
        return
    done = less._replace(vouchers=world.vouchers + 1)
    done = done if protocol.look_up_lags else done._replace(seen=done.vouchers)
    yield "request carried out", done.guilty("I2") if done.vouchers > 1 else done


def _clock(world: World, protocol: Protocol) -> Iterator[Step]:
    if world.seen < world.vouchers:
        yield "voucher can be found", world._replace(seen=world.vouchers)
    if world.state is State.UNKNOWN and _has_rested(world, protocol):
        yield "quarantine ends", world._replace(state=State.RESTED)


def _has_rested(world: World, protocol: Protocol) -> bool:
    """The quarantine outlasts every request, and whatever lies between a request and its being found."""
    if not protocol.rests:
        return True
    late = protocol.bounded_pause and any(one.at in STARTED for one in world.workers)
    hidden = protocol.rest_covers_lag and world.seen < world.vouchers
    return world.wire == 0 and not late and not hidden


def _switch(world: World, protocol: Protocol) -> Iterator[Step]:
    if world.switch is Switch.ENABLED:
        yield "disable: request stop", world._replace(switch=Switch.DISABLING)
    unresolved = protocol.drains and (world.state in OPEN_POSTINGS or world.wire > 0)
    if world.switch is Switch.DISABLING and not world.gate and not unresolved:
        yield "disable: finish stop", world._replace(switch=Switch.DISABLED)
    if world.switch is Switch.DISABLED:
        first, second = (one._replace(stale=one.at not in {At.IDLE, At.RUN}) for one in world.workers)
        yield "enable", world._replace(switch=Switch.ENABLED, workers=(first, second))


def _restore(world: World, protocol: Protocol) -> Iterator[Step]:
    """The database of before the posting was sent; every process was stopped for it. What is on the wire is not ours."""
    if not protocol.restores or world.restores_left == 0:
        return
    back = World(
        wire=world.wire,
        vouchers=world.vouchers,
        seen=world.seen,
        crashes_left=world.crashes_left,
        restores_left=world.restores_left - 1,
        crimes=world.crimes,
    )
    if protocol.restored_is_unknown:
        back = back._replace(switch=Switch.DISABLED, state=State.UNKNOWN)
    yield "restore", back
