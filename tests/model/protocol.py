"""What a protocol does and does not do, and the variants: the one we run, and the known mistakes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """As the code is, unless said otherwise; each field is one thing that the code could have left out.

    `looks_up`: a doubtful posting is looked up before it is sent again. `rests`: only after the quarantine.
    `gate`: held from the last check to the recorded answer; else let go after the check, or over the look-up.
    `asks`: again just before the request. `knows_version`: and whether the switch was off in between.
    `keeps_run_lock`: it lasts as long as its owner; otherwise it is a lease that may end before.
    `sessions_break`: the locks' connection may be cut under a living worker.
    `bounded_pause`: no worker rests between its intent and its request for longer than the quarantine.
    `look_up_lags`: what was carried out is found only later. `rest_covers_lag`: but before the quarantine ends.
    `restores`: the database may be put back, once. `restored_is_unknown`: then everything is off and unknown.
    `refuses_twins`: the accounting system itself takes a reference once.
    `drains`: *off* also waits until nothing is unresolved. `crashes`: and other misfortunes, at most.
    """

    looks_up: bool = True
    rests: bool = True
    resends: bool = True
    gate: str = "held"
    asks: bool = True
    knows_version: bool = True
    keeps_run_lock: bool = True
    sessions_break: bool = False
    bounded_pause: bool = True
    look_up_lags: bool = False
    rest_covers_lag: bool = True
    restores: bool = False
    restored_is_unknown: bool = True
    refuses_twins: bool = False
    drains: bool = False
    crashes: int = 2


OURS = Protocol(look_up_lags=True)
OURS_RESTORED = Protocol(restores=True)

VARIANTS: dict[str, tuple[Protocol, frozenset[str]]] = {
    "ours": (OURS, frozenset()),
    "ours, restored as unknown": (OURS_RESTORED, frozenset()),
    "off waits for the unresolved too": (Protocol(drains=True), frozenset({"I3"})),
    "blind resend": (Protocol(looks_up=False, rests=False), frozenset({"I2"})),
    "look up at once, then resend": (Protocol(rests=False), frozenset({"I2"})),
    "gate not held over the look-up": (
        Protocol(gate="before the look-up", asks=False),
        frozenset({"I1", "I7"}),
    ),
    "gate let go after the check": (Protocol(gate="let go"), frozenset({"I1", "I7"})),
    "no gate": (Protocol(gate="none", asks=False), frozenset({"I1", "I7"})),
    "switch version forgotten": (Protocol(knows_version=False), frozenset({"I7"})),
    "lease ends under a living owner": (
        Protocol(keeps_run_lock=False, bounded_pause=False, crashes=1),
        frozenset({"I2"}),
    ),
    "lagging look-up, short quarantine": (
        Protocol(look_up_lags=True, rest_covers_lag=False),
        frozenset({"I2"}),
    ),
    "lagging look-up at once": (
        Protocol(look_up_lags=True, rests=False, rest_covers_lag=False),
        frozenset({"I2"}),
    ),
    "plain restore": (Protocol(restores=True, restored_is_unknown=False), frozenset({"I2"})),
    "never resend": (Protocol(resends=False), frozenset({"I3"})),
    "look up at once, twins refused there": (
        Protocol(rests=False, refuses_twins=True),
        frozenset(),
    ),
    "lease, twins refused there": (
        Protocol(keeps_run_lock=False, bounded_pause=False, refuses_twins=True, crashes=1),
        frozenset(),
    ),
    "session breaks between question and request": (
        Protocol(sessions_break=True, crashes=1),
        frozenset({"I1", "I7"}),
    ),
    "session breaks, pause longer than the quarantine": (
        Protocol(sessions_break=True, bounded_pause=False, crashes=1),
        frozenset({"I1", "I2", "I7"}),
    ),
}
"""Each with the invariants that it breaks, as the search must find."""
