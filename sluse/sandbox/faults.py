"""What can be made to go wrong: for a tenant, a path or a body, for the next so many requests."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

FOREVER = 1_000_000_000
"""As a number of requests: until the fault is cleared."""


class Kind(StrEnum):
    SLOW = "slow"  # waits before it executes, then answers
    SLOW_ANSWER = "slow_answer"  # executes at once, answers after a wait
    DROP_BEFORE = "drop_before"  # the connection breaks; nothing is executed
    DROP_AFTER = "drop_after"  # executed; the connection breaks instead of an answer
    LATE = "late"  # the connection breaks now; executed after a wait
    HANG = "hang"  # no answer ever; nothing is executed
    REFUSE = "refuse"  # answers `status`, `code`, `message` in its own error form
    THROTTLE = "throttle"  # 429, with `retry_after` when it is given
    GATEWAY = "gateway"  # answers `status` in XML
    HTML = "html"  # 200 and a page for people
    TRUNCATED = "truncated"  # half of the answer
    DRIP = "drip"  # one byte at a time, `seconds` apart
    HUGE = "huge"  # an answer of `size` bytes
    REDIRECT = "redirect"  # 302 to somewhere else
    ODD = "odd"  # 200 and JSON of another shape
    PARTIAL = "partial"  # a batch that answers only the first half of its operations
    REPEAT = "repeat"  # a page that names itself as the next one
    ELSEWHERE = "elsewhere"  # a page that names another server for the next one


EXECUTES = {
    Kind.DROP_AFTER,
    Kind.HTML,
    Kind.TRUNCATED,
    Kind.DRIP,
    Kind.HUGE,
    Kind.ODD,
    Kind.PARTIAL,
    Kind.REPEAT,
    Kind.ELSEWHERE,
    Kind.SLOW,
    Kind.SLOW_ANSWER,
}
"""What these do to the answer comes after the deed; `executes` of a fault says otherwise."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """`path` and `body` are parts that must occur. With `operation`, a part of an operation's address, the
    fault meets only such operations of a batch, and refuses them."""

    kind: Kind
    tenant: str = ""
    path: str = ""
    body: str = ""
    operation: str = ""
    count: int = 1
    seconds: float = 0.1
    status: int = 500
    code: str = "Internal_ServerError"
    message: str = "An internal error occurred."
    retry_after: str = ""
    size: int = 11 * 1024 * 1024
    executes: bool | None = None

    @property
    def is_executed(self) -> bool:
        return self.kind in EXECUTES if self.executes is None else self.executes

    def matches(self, *, tenant: str, path: str, body: str) -> bool:
        same_tenant = self.tenant.lower() in {"", tenant.lower()}
        return self.count > 0 and same_tenant and self.path in path and self.body in body


def from_json(values: dict[str, Any]) -> Fault:
    """Raises `ValueError` or `TypeError` for what is not a fault."""
    return Fault(**(values | {"kind": Kind(values["kind"])}))


@dataclass(slots=True, kw_only=True)
class Faults:
    waiting: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        self.waiting.append(fault)

    def clear(self, *, tenant: str = "") -> None:
        self.waiting = [fault for fault in self.waiting if tenant and fault.tenant.lower() != tenant.lower()]

    def take(self, *, tenant: str, path: str, body: str) -> Fault | None:
        """The first fault set for this request, used up by one."""
        for fault in self.waiting:
            if not fault.operation and fault.matches(tenant=tenant, path=path, body=body):
                fault.count -= 1
                return fault
        return None
