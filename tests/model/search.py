"""Every state that can be reached, breadth first, so that a counterexample is as short as one can be."""

from collections import deque
from dataclasses import dataclass

from tests.model import transitions
from tests.model.protocol import Protocol
from tests.model.world import State, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`broken`: invariant → the shortest way to break it. `taken`: the names of all transitions there were."""

    states: int
    broken: dict[str, list[str]]
    taken: frozenset[str]


def explore(protocol: Protocol) -> Report:
    first = World(crashes_left=protocol.crashes, restores_left=1 if protocol.restores else 0)
    came_from: dict[World, tuple[World, str] | None] = {first: None}
    before: dict[World, list[World]] = {}
    waiting, taken = deque([first]), set()
    broken: dict[str, list[str]] = {}
    while waiting:
        world = waiting.popleft()
        for crime in sorted(_crimes(world)):
            broken.setdefault(crime, _way(world, came_from))
        if "I2" in world.crimes:
            continue  # nothing mends it, and the vouchers would grow for ever
        for name, after in transitions.successors(world, protocol):
            taken.add(name)
            before.setdefault(after, []).append(world)
            if after not in came_from:
                came_from[after] = (world, name)
                waiting.append(after)
    live = _can_be_posted(came_from, before)
    stuck = [world for world in came_from if world not in live and "I2" not in world.crimes]
    if stuck:
        broken["I3"] = _way(stuck[0], came_from)
    return Report(states=len(came_from), broken=broken, taken=frozenset(taken))


def _crimes(world: World) -> frozenset[str]:
    """I4 of the model: what we call posted is there."""
    lost = world.state is State.POSTED and world.vouchers == 0
    return world.crimes | {"posted without a voucher"} if lost else world.crimes


def _can_be_posted(
    came_from: dict[World, tuple[World, str] | None], before: dict[World, list[World]]
) -> set[World]:
    waiting = deque(world for world in came_from if world.state is State.POSTED)
    reached = set(waiting)
    while waiting:
        for earlier in before.get(waiting.popleft(), []):
            if earlier not in reached:
                reached.add(earlier)
                waiting.append(earlier)
    return reached


def _way(world: World, came_from: dict[World, tuple[World, str] | None]) -> list[str]:
    names: list[str] = []
    step = came_from[world]
    while step is not None:
        world, name = step
        names.append(name)
        step = came_from[world]
    return names[::-1]
