"""What an answer of Xledger proves. Pure, and everything that is not on its closed lists is unclear."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    DONE = "done"
    REFUSED = "refused"  # for what it says; whether something was kept, only a look-up tells
    UNAUTHORIZED = "unauthorized"  # not executed: the token does not do
    THROTTLED = "throttled"  # not executed: too much at once, or the credits are used up
    UNCLEAR = "unclear"  # may have been executed


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """`reset_at`: when credits that are used up come back, in Xledger's own words."""

    message: str
    code: str = ""
    reset_at: str = ""


STATUSES = {200, 400, 401, 403, 429}
"""Errors come with 200, and with these according to what they are; another status is another server's."""
LIMITS = {
    "BAD_REQUEST.BURST_RATE_LIMIT_REACHED",
    "BAD_REQUEST.INSUFFICIENT_CREDITS",
    "BAD_REQUEST.CONCURRENCY_LIMIT_REACHED",
}
REFUSALS = {"INVALID_VALUE", "ARGUMENTS_OF_CORRECT_TYPE"}
REFUSAL_TEXTS = ("Cannot query field ",)
TOKEN_TEXTS = ("Bad format for API Token",)


def classify(*, status: int, errors: Sequence[Error], has_data: bool) -> Verdict:
    """`has_data`: the answer holds data that is not null. With several errors the least certain one counts."""
    if status not in STATUSES:
        return Verdict.UNCLEAR
    if status in {401, 403}:
        return Verdict.UNAUTHORIZED
    if not errors:
        return Verdict.DONE if status == 200 and has_data else Verdict.UNCLEAR  # noqa: PLR2004 — OK
    found = {_of(error) for error in errors}
    if len(found) > 1 or (has_data and found != {Verdict.REFUSED}):
        return Verdict.UNCLEAR
    return found.pop()


def read_errors(body: Any) -> list[Error] | None:
    """None when there is something under `errors` that has another form."""
    errors = body.get("errors") if isinstance(body, dict) else None
    if errors is None:
        return []
    if not isinstance(errors, list) or not all(isinstance(error, dict) for error in errors):
        return None
    return [
        Error(message=_word(error.get("message")), code=_code(error), reset_at=_reset_at(error))
        for error in errors
    ]


def _of(error: Error) -> Verdict:
    if error.code in LIMITS:
        return Verdict.THROTTLED
    if any(text in error.message for text in TOKEN_TEXTS):
        return Verdict.UNAUTHORIZED
    if error.code in REFUSALS or error.message.startswith(REFUSAL_TEXTS):
        return Verdict.REFUSED
    return Verdict.UNCLEAR


def _code(error: dict[str, Any]) -> str:
    """Limits carry it at the top, everything else in the extensions."""
    extensions = error.get("extensions")
    inside = extensions.get("code") if isinstance(extensions, dict) else None
    return _word(error.get("code")) or _word(inside)


def _reset_at(error: dict[str, Any]) -> str:
    extensions = error.get("extensions")
    return _word(extensions.get("resetAt")) if isinstance(extensions, dict) else ""


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""
