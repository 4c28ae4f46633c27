"""The domain's refusals, by what the caller must do next. Each has a stable code and one plain, translated sentence.

The interfaces translate them in one table: HTTP status, screen message, exit status.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """`path` is the field as the caller wrote it: `lines[0].amount`."""

    path: str
    code: str
    detail: str


class SluseError(Exception):
    code = "error"
    status = 400

    def __init__(
        self,
        detail: str,
        *,
        code: str = "",
        errors: Sequence[FieldError] = (),
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code or self.code
        self.errors = tuple(errors)
        self.extra = dict(extra or {})


class UnauthenticatedError(SluseError):
    """Say who you are."""

    code, status = "unauthenticated", 401


class ForbiddenError(SluseError):
    """You may see this, not do it."""

    code, status = "forbidden", 403


class NotFoundError(SluseError):
    """It is not there, or not yours: the same answer for both."""

    code, status = "not_found", 404


class ConflictError(SluseError):
    """Not in this state: the code says which."""

    code, status = "conflict", 409


class PreconditionFailedError(SluseError):
    """Somebody changed it since you looked: look again."""

    code, status = "stale_version", 412


class InvalidError(SluseError):
    """Correct the named fields."""

    code, status = "invalid", 422


class PreconditionRequiredError(SluseError):
    """Say which version you looked at."""

    code, status = "version_required", 428
