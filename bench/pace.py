"""How fast the machine goes just now. One that is shared gives a program its whole pace only at times."""

import time

NUMBERS = 100_000


def milliseconds() -> float:
    """For work that is always the same: what is measured beside it can be told in its measure."""
    began = time.perf_counter()
    sum(range(NUMBERS))
    return (time.perf_counter() - began) * 1_000
