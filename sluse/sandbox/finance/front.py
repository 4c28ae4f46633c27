"""Finance's front door, and its own answers spoilt. It has no fixed limits: it asks to wait when it is busy."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from starlette.types import Scope

from sluse.sandbox import front
from sluse.sandbox.faults import Fault, Kind
from sluse.sandbox.finance import multipart, refusal
from sluse.sandbox.finance.service import Call, Service
from sluse.sandbox.reply import Reply

BUSY = (
    "This request could not be processed at this time due to system experiencing high resource utilization."
)
ELSEWHERE = "https://elsewhere.example/data/MainAccounts"


@dataclass(slots=True, kw_only=True)
class Front(front.Front):
    service: Service = field(default_factory=Service)

    def call(self, *, scope: Scope, headers: Mapping[str, str], body: bytes) -> Call:
        return Call(
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            body=body,
            origin=f"{scope['scheme']}://{headers.get('host', 'localhost')}",
        )

    @asynccontextmanager
    async def place(self, call: Call) -> AsyncIterator[None]:  # noqa: ARG002 — everybody is let in
        yield

    def spoilt(self, *, fault: Fault, call: Call, reply: Reply) -> Reply:
        body = reply.body or {}
        own_address = f"{call.origin}{call.path}?{call.query}"
        match fault.kind:
            case Kind.REFUSE:
                return Reply(status=fault.status, body=refusal.body(fault.message))
            case Kind.PARTIAL:
                return multipart.half(reply) if reply.raw else replace(reply, body={"value": None})
            case Kind.REPEAT:
                return replace(reply, body=body | {"@odata.nextLink": own_address})
            case Kind.ELSEWHERE:
                return replace(reply, body=body | {"@odata.nextLink": ELSEWHERE})
            case Kind.THROTTLE:
                says_when = fault.retry_after and self.service.switches.throttled_answers_say_when
                headers = {"retry-after": fault.retry_after} if says_when else {}
                return Reply(status=429, raw=BUSY.encode(), content_type="text/plain", headers=headers)
        raise ValueError(f"Finance has no {fault.kind}.")

    def forget(self, *, tenant: str) -> None:
        self.service.worlds.forget(tenant=tenant)
        if not tenant:
            self.service.tokens.reset()
            self.service.disabled.clear()
