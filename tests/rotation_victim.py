"""`python -m tests.rotation_victim N`: `sluse keys rotate`, killed just before or after a commit; the Nth such moment.

Ends with 0 when it came to its end alive.
"""

import os
import signal
import sys

import django


def main() -> None:
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - only now can the product be imported

    from sluse import reach  # noqa: PLC0415 - as above
    from sluse.reach.base import DatabaseWrapper  # noqa: PLC0415 - as above

    left = int(sys.argv[1])
    commit = DatabaseWrapper._commit

    def dying(self: DatabaseWrapper) -> None:
        nonlocal left
        left = _count(left)
        commit(self)
        left = _count(left)

    DatabaseWrapper._commit = dying  # type: ignore[method-assign]
    with reach.platform():
        call_command("keys", "rotate")


def _count(left: int) -> int:
    if left == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return left - 1


if __name__ == "__main__":
    main()
