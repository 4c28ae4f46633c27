"""What an answer of Finance proves. Pure, and everything that is not on its closed lists is unclear."""

from enum import StrEnum


class Operation(StrEnum):
    BATCH = "batch"  # the envelope of a batch, not its operations
    READ = "read"
    CREATE = "create"
    DELETE = "delete"


class Verdict(StrEnum):
    DONE = "done"
    REFUSED = "refused"  # and nothing was changed: a person must do something
    LOOK_UP = "look_up"  # it is there already
    GONE = "gone"  # what it was about does not exist
    UNAUTHORIZED = "unauthorized"  # not executed: the credentials or their roles do not do
    THROTTLED = "throttled"  # not executed: Finance is busy
    UNCLEAR = "unclear"  # may have been executed


SUCCESS = {
    Operation.BATCH: {200},
    Operation.READ: {200},
    Operation.CREATE: {201},
    Operation.DELETE: {204},
}
BY_STATUS = {401: Verdict.UNAUTHORIZED, 403: Verdict.UNAUTHORIZED, 429: Verdict.THROTTLED}
"""Where the status says all, whatever stands beside it."""
CONFLICT_TEXTS = ("update conflict", "deadlock", "cannot edit a record", "changed by another user", "timeout")
"""Somebody else was writing: never a plain refusal."""
ALREADY_TEXTS = ("record already exists", "has been posted")
WRITE_FAILED = "Write failed for table row of type"
"""How the refusal of a row begins, whatever language its Infolog is in. Its changeset is taken back as a whole."""


def classify(*, operation: Operation, status: int, message: str = "") -> Verdict:
    """`message` is the inner error's; empty when there is none, or it is not in its form."""
    if status in SUCCESS[operation]:
        return Verdict.DONE
    if status in BY_STATUS:
        return BY_STATUS[status]
    if status == 404:  # noqa: PLR2004 — Not Found
        return Verdict.GONE if message else Verdict.UNCLEAR
    if status in {400, 500} and message:
        return _of_error(status, message)
    return Verdict.UNCLEAR


def _of_error(status: int, message: str) -> Verdict:
    words = message.lower()
    if any(text in words for text in CONFLICT_TEXTS):
        return Verdict.UNCLEAR
    if any(text in words for text in ALREADY_TEXTS):
        return Verdict.LOOK_UP
    if status == 400 or message.startswith(WRITE_FAILED):  # noqa: PLR2004 — Bad Request
        return Verdict.REFUSED
    return Verdict.UNCLEAR
