"""One worker's way through a slice, step by step as `sluse/sync/orchestrator.py` takes them."""

from collections.abc import Iterator

from tests.model.protocol import Protocol
from tests.model.world import REQUESTS_ON_THE_WIRE_MAX, At, State, Switch, Worker, World

Step = tuple[str, World]


def steps(world: World, protocol: Protocol, number: int) -> Iterator[Step]:
    for name, after in STEPS[world.workers[number].at](world, protocol, number):
        yield f"{name} {number}", after


def _take_run_lock(world: World, _protocol: Protocol, number: int) -> Iterator[Step]:
    """`Locks.run`."""
    if world.run_lock is None and world.state is not State.POSTED:
        yield "run lock", world._replace(run_lock=number).moved(number, At.RUN)


def _prepare(world: World, _protocol: Protocol, number: int) -> Iterator[Step]:
    """`work.prepare`, with `recovery.rest_abandoned`; no run is begun or carried on where the switch says no."""
    if world.state is State.SENDING:
        world = world._replace(state=State.UNKNOWN)
    is_open = world.switch is Switch.ENABLED
    yield "prepare", world.moved(number, At.PREPARED) if is_open else _released(world, number)


def _claim(world: World, protocol: Protocol, number: int) -> Iterator[Step]:
    """`queue.claim`: what waits, and what is unknown and has rested."""
    doubtful = world.state is State.RESTED
    if world.state is State.PENDING or (doubtful and protocol.resends):
        claimed = world.workers[number]._replace(at=At.CLAIMED, doubtful=doubtful)
        yield "claim", world.with_worker(number, claimed)
    else:
        yield "nothing to claim", _released(world, number)


def _open_gate(world: World, protocol: Protocol, number: int) -> Iterator[Step]:
    """`Permission.open`: the lock is tried, then the switch is read."""
    if protocol.gate == "none":
        yield "no gate", world.moved(number, At.OPEN)
        return
    is_open = _holds_session(world, number) and _is_open(world, protocol, number)
    if not is_open:
        yield "gate closed", _released(world, number)
        return
    held = world if protocol.gate == "let go" else world._replace(gate=world.gate | {number})
    yield "gate", held.moved(number, At.OPEN)


def _commit_intent(world: World, protocol: Protocol, number: int) -> Iterator[Step]:
    """`queue.commit_intents`, which leaves out what has changed since it was claimed."""
    one = world.workers[number]
    if world.state is not (State.RESTED if one.doubtful else State.PENDING):
        yield "changed since claimed", _released(world, number)
        return
    if protocol.gate == "before the look-up":
        world = world._replace(gate=world.gate - {number})
    next_step = At.INTENT if one.doubtful and protocol.looks_up else At.NOT_THERE
    yield "commit intents", world._replace(state=State.SENDING).moved(number, next_step)


def _find(world: World, _protocol: Protocol, number: int) -> Iterator[Step]:
    """`connector.find`, for those with a doubtful past. One that fails says nothing: unknown, as before."""
    yield "find", world.moved(number, At.FOUND if world.seen else At.NOT_THERE)
    yield "find fails", _record(world, number, State.UNKNOWN)


def _ask(world: World, protocol: Protocol, number: int) -> Iterator[Step]:
    """`Permission.ask`, just before the request. Refused means that nothing was sent."""
    if protocol.asks and not (_holds_session(world, number) and _is_open(world, protocol, number)):
        before = State.UNKNOWN if world.workers[number].doubtful else State.PENDING
        yield "refused", _record(world, number, before)
    else:
        yield "ask", world.moved(number, At.ASKED)


def _post(world: World, _protocol: Protocol, number: int) -> Iterator[Step]:
    """`connector.post`: the first byte leaves."""
    if world.wire == REQUESTS_ON_THE_WIRE_MAX:
        return
    if world.switch is Switch.DISABLED:
        world = world.guilty("I1")
    if world.workers[number].stale:
        world = world.guilty("I7")
    yield "post", world._replace(wire=world.wire + 1).moved(number, At.SENT)


def _wait(world: World, _protocol: Protocol, number: int) -> Iterator[Step]:
    """An answer comes only when some request was carried out; the deadline may pass before or after."""
    if world.vouchers:
        yield "answer", world.moved(number, At.ANSWERED)
    yield "deadline", _record(world, number, State.UNKNOWN)


def _record_posted(world: World, _protocol: Protocol, number: int) -> Iterator[Step]:
    """`recording.record_results`."""
    yield "record posted", _record(world, number, State.POSTED)


def _release(world: World, _protocol: Protocol, number: int) -> Iterator[Step]:
    yield "release", _released(world, number)


def _record(world: World, number: int, state: State) -> World:
    """`_still_ours`: a posting that is no longer open, or that a later attempt has taken over, keeps its state."""
    others = [one for other, one in enumerate(world.workers) if other != number]
    taken_over = any(one.at not in {At.IDLE, At.RUN, At.PREPARED, At.CLAIMED, At.OPEN} for one in others)
    if world.state in {State.SENDING, State.UNKNOWN, State.RESTED} and not taken_over:
        world = world._replace(state=state)
    return world.moved(number, At.RECORDED)


def _released(world: World, number: int) -> World:
    """Gate and run lock given back, as far as they are this worker's still."""
    run_lock = None if world.run_lock == number else world.run_lock
    return world._replace(run_lock=run_lock, gate=world.gate - {number}).with_worker(number, Worker())


def _holds_session(world: World, number: int) -> bool:
    """`Locks.still_hold`."""
    return world.workers[number].has_session


def _is_open(world: World, protocol: Protocol, number: int) -> bool:
    stale = protocol.knows_version and world.workers[number].stale
    return world.switch is Switch.ENABLED and not stale


STEPS = {
    At.IDLE: _take_run_lock,
    At.RUN: _prepare,
    At.PREPARED: _claim,
    At.CLAIMED: _open_gate,
    At.OPEN: _commit_intent,
    At.INTENT: _find,
    At.NOT_THERE: _ask,
    At.ASKED: _post,
    At.FOUND: _record_posted,
    At.SENT: _wait,
    At.ANSWERED: _record_posted,
    At.RECORDED: _release,
}
