"""How long to wait before trying again. Pure."""

import random

FIRST_DELAY_SECONDS = 30
DELAY_SECONDS_MAX = 3_600
RETRY_AFTER_SECONDS_MAX = 24 * 3_600
"""What an accounting system asks for is heeded up to here: credits come back once a day, and a broken clock of theirs must
not stop us for a month."""


def delay_seconds(*, failures: int, jitter: random.Random, retry_after_seconds: int | None = None) -> float:
    """Doubles with each failure in a row, spread over the upper half so that many organizations do not come back at once."""
    ceiling = min(DELAY_SECONDS_MAX, FIRST_DELAY_SECONDS * 2.0 ** max(0, min(failures, 20) - 1))
    own = ceiling * (0.5 + jitter.random() / 2)
    asked = min(retry_after_seconds or 0, RETRY_AFTER_SECONDS_MAX)
    return max(own, float(asked))
