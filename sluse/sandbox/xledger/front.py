"""Xledger's front door: its limits, and its own answers spoilt."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.types import Scope

from sluse.sandbox import front
from sluse.sandbox.faults import Fault, Kind
from sluse.sandbox.reply import Reply
from sluse.sandbox.xledger import refusal
from sluse.sandbox.xledger.limits import CODES, LimitError
from sluse.sandbox.xledger.service import Call, Service, parse


@dataclass(slots=True, kw_only=True)
class Front(front.Front):
    service: Service = field(default_factory=Service)

    def call(self, *, scope: Scope, headers: Mapping[str, str], body: bytes) -> Call:
        return parse(method=scope["method"], path=scope["path"], headers=headers, body=body)

    @asynccontextmanager
    async def place(self, call: Call) -> AsyncIterator[None]:
        if not call.tenant:
            yield
            return
        try:
            with self.service.limits.place(tenant=call.tenant):
                yield
        except LimitError as error:
            raise front.TurnedAwayError(self._limited(error.code)) from error

    def spoilt(self, *, fault: Fault, call: Call, reply: Reply) -> Reply:
        match fault.kind:
            case Kind.REFUSE:
                return self.service.refuse(refusal.body(message=fault.message, code=fault.code))
            case Kind.THROTTLE:
                return self._limited(CODES["burst"])
            case Kind.PARTIAL:
                return replace(reply, body=_partial(reply.body or {}, changes=call.changes))
            case Kind.REPEAT:
                return replace(reply, body=_endless(reply.body or {}))
        raise ValueError(f"Xledger has no {fault.kind}.")

    def forget(self, *, tenant: str) -> None:
        self.service.worlds.forget(tenant=tenant)
        if not tenant:
            self.service.revoked = False

    def _limited(self, code: str) -> Reply:
        more = {"resetAt": self.service.limits.reset_at} if code == CODES["credits"] else {}
        body = refusal.body(message="Too many requests", code=code, top=True, **more)
        return self.service.refuse(body, status=429)


def _partial(body: dict[str, Any], *, changes: bool) -> dict[str, Any]:
    """Half of what was written; or what was read, with an error beside it."""
    if not changes:
        return body | refusal.body(message="An unhandled error occurred.", code=refusal.UNHANDLED)
    cut = {
        name: found | {"edges": found["edges"][: len(found["edges"]) // 2]}
        for name, found in (body.get("data") or {}).items()
    }
    return {"data": cut}


def _endless(body: dict[str, Any]) -> dict[str, Any]:
    endless = {"hasNextPage": True, "hasPreviousPage": False}
    return {"data": {name: found | {"pageInfo": endless} for name, found in body["data"].items()}}
