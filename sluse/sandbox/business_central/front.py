"""Business Central's front door: its limits, and its own answers spoilt."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from starlette.types import Scope

from sluse.sandbox import front
from sluse.sandbox.business_central.limits import ThrottledError
from sluse.sandbox.business_central.service import Call, Service, call
from sluse.sandbox.faults import Fault, Kind
from sluse.sandbox.reply import Reply

RETRY_AFTER_SECONDS = "5"
ELSEWHERE = "https://elsewhere.example/api/v2.0/accounts"


@dataclass(slots=True, kw_only=True)
class Front(front.Front):
    service: Service = field(default_factory=Service)

    def call(self, *, scope: Scope, headers: Mapping[str, str], body: bytes) -> Call:
        return call(
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            body=body,
            origin=f"{scope['scheme']}://{headers.get('host', 'localhost')}",
        )

    @asynccontextmanager
    async def place(self, call: Call) -> AsyncIterator[None]:
        if call.is_sign_in:
            yield
            return
        try:
            async with self.service.limits.place(tenant=call.tenant, weight=self.service.weight(call)):
                yield
        except ThrottledError as error:
            says_when = self.service.switches.throttled_answers_say_when
            raise front.TurnedAwayError(_throttled(RETRY_AFTER_SECONDS if says_when else "")) from error

    def spoilt(self, *, fault: Fault, call: Call, reply: Reply) -> Reply:
        body = reply.body or {}
        answers = body.get("responses", [])
        refusal = {"error": {"code": fault.code, "message": fault.message}}
        own = {
            Kind.REFUSE: Reply(status=fault.status, body=refusal),
            Kind.THROTTLE: _throttled(fault.retry_after),
            Kind.PARTIAL: replace(reply, body={"responses": answers[: len(answers) // 2]}),
            Kind.REPEAT: replace(reply, body=body | {"@odata.nextLink": _own_address(call)}),
            Kind.ELSEWHERE: replace(reply, body=body | {"@odata.nextLink": ELSEWHERE}),
        }
        return own[fault.kind]

    def forget(self, *, tenant: str) -> None:
        self.service.worlds.forget(tenant=tenant)
        if not tenant:
            self.service.tokens.reset()


def _own_address(asked: Call) -> str:
    origin = asked.address.split("/v2.0/", 1)[0]
    return f"{origin}{asked.path}" + (f"?{asked.query}" if asked.query else "")


def _throttled(retry_after: str) -> Reply:
    headers = {"retry-after": retry_after} if retry_after else {}
    body = {"error": {"code": "Application_TooManyRequests", "message": "Too many requests."}}
    return Reply(status=429, body=body, headers=headers)
