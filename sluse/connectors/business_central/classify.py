"""What an answer of Business Central proves. Pure, and everything that is not on its closed lists is
unclear."""

from enum import StrEnum


class Operation(StrEnum):
    BATCH = "batch"  # the envelope of a batch, not its operations
    READ = "read"
    CREATE = "create"
    POST = "post"
    CHANGE = "change"
    FILL = "fill"  # a file's content
    DELETE = "delete"


class Verdict(StrEnum):
    DONE = "done"
    REFUSED = "refused"  # and nothing was changed: a person must do something
    LOOK_UP = "look_up"  # it is there already, or was taken back together with another
    GONE = "gone"  # what it was about does not exist
    UNAUTHORIZED = "unauthorized"  # not executed: the credentials or their permissions do not do
    THROTTLED = "throttled"  # not executed: too much at once
    LOCKED = "locked"  # somebody else held a lock; may be partly applied
    UNCLEAR = "unclear"  # may have been executed


SUCCESS = {
    Operation.BATCH: {200},
    Operation.READ: {200},
    Operation.CREATE: {201},
    Operation.POST: {200, 204},
    Operation.CHANGE: {200},
    Operation.FILL: {204},
    Operation.DELETE: {204},
}
"""Another 2xx than the documented one is an answer we do not understand."""

BY_STATUS = {
    401: Verdict.UNAUTHORIZED,
    403: Verdict.UNAUTHORIZED,
    424: Verdict.LOOK_UP,
    429: Verdict.THROTTLED,
}
"""Where the status says all, whatever stands beside it."""

LOCK_TEXTS = (
    "locked by another",
    "deadlock",
    "another session",
    "another user",
    "lock request time out",
    "lock timeout",
)
"""May be partly applied: never a plain refusal, whatever the code beside it."""

CHANGED_CODE = "Request_EntityChanged"
"""Somebody changed it meanwhile: what it is now must be read."""

ALREADY_TEXTS = (
    "already exists for this vendor",
    "can be applied to a draft invoice only",
    "has been posted and can no longer be modified",
)

REFUSAL_CODES = ("BadRequest", "Application_", "Internal_InvalidTableRelation", "Unknown")
"""How the codes of documented refusals begin. `Unknown` is what a value outside an enumeration gets."""

COMPANY_GONE_CODES = ("NoEnvironment", "Internal_CompanyNotFound")
NOT_FOUND_CODES = (
    *COMPANY_GONE_CODES,
    "BadRequest_NotFound",
    "BadRequest_ResourceNotFound",
    "Internal_RecordNotFound",
)


def classify(*, operation: Operation, status: int, code: str = "", message: str = "") -> Verdict:
    """`code` and `message` are those of the error body; empty when there is none, or it is not in its
    form."""
    if status in SUCCESS[operation]:
        return Verdict.DONE
    if status in BY_STATUS:
        return BY_STATUS[status]
    if status == 404 and code.startswith(NOT_FOUND_CODES):  # noqa: PLR2004 — Not Found
        return Verdict.GONE
    if status in {400, 405, 409, 413, 415} and code:
        return _of_error(status, code, message.lower())
    return Verdict.UNCLEAR


def is_company_gone(*, verdict: Verdict, code: str) -> bool:
    """Whatever else is not found may be one document that somebody took away; this is the end of them all."""
    return verdict is Verdict.GONE and code.startswith(COMPANY_GONE_CODES)


def _of_error(status: int, code: str, message: str) -> Verdict:
    if code == CHANGED_CODE:
        return Verdict.UNCLEAR
    if any(text in message for text in LOCK_TEXTS):
        return Verdict.LOCKED
    if code == "Internal_EntityWithSameKeyExists" or any(text in message for text in ALREADY_TEXTS):
        return Verdict.LOOK_UP
    if status != 409 and code.startswith(REFUSAL_CODES):  # noqa: PLR2004 — Conflict: somebody changed it
        return Verdict.REFUSED
    return Verdict.UNCLEAR
