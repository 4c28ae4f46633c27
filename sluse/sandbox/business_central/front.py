"""The server's front door: records each request, waits where it must, lets faults spoil the answer."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from starlette.types import Receive, Scope, Send

from sluse.sandbox.business_central.faults import Fault, Kind
from sluse.sandbox.business_central.limits import Limits, ThrottledError
from sluse.sandbox.business_central.operation import Reply
from sluse.sandbox.business_central.service import Call, Service, call
from sluse.sandbox.connection import Connection
from sluse.sandbox.record import Record, Recorded

RETRY_AFTER_SECONDS = "5"
ELSEWHERE = "https://elsewhere.example/api/v2.0/accounts"


@dataclass(slots=True, kw_only=True)
class Front:
    service: Service = field(default_factory=Service)
    record: Record = field(default_factory=Record)
    limits: Limits = field(default_factory=Limits)
    going: asyncio.Event = field(default_factory=asyncio.Event)
    late: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.going.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = Connection(receive=receive, send=send)
        asked = _call(scope, await connection.body())
        entry = self.record.start(
            tenant=asked.tenant,
            method=asked.method,
            path=asked.path,
            changes=asked.changes,
            operations=asked.operations,
            headers=dict(asked.headers),
        )
        try:
            await self.going.wait()
            await self._in_place(asked, connection, entry)
        finally:
            self.record.finish(entry, status=connection.status)

    async def _in_place(self, asked: Call, connection: Connection, entry: Recorded) -> None:
        if asked.is_sign_in:
            await self._answer(asked, connection, entry)
            return
        try:
            async with self.limits.place(tenant=asked.tenant, weight=self.service.weight(asked)):
                await self._answer(asked, connection, entry)
        except ThrottledError:
            says_when = self.service.switches.throttled_answers_say_when
            await connection.reply(_throttled(RETRY_AFTER_SECONDS if says_when else ""))

    async def _answer(self, asked: Call, connection: Connection, entry: Recorded) -> None:
        fault = self.service.faults.take(
            tenant=asked.tenant, path=asked.path, body=asked.body.decode(errors="replace")
        )
        if fault is None:
            await connection.reply(self.service.answer(asked))
            return
        entry.fault = fault.kind
        if fault.kind is Kind.SLOW:
            await asyncio.sleep(fault.seconds)
        reply = self.service.answer(asked) if fault.is_executed else Reply(status=200, body={})
        await self._spoil(fault, asked, reply, connection)

    async def _spoil(self, fault: Fault, asked: Call, reply: Reply, connection: Connection) -> None:
        match fault.kind:
            case Kind.SLOW:
                await connection.reply(reply)
            case Kind.SLOW_ANSWER:
                await asyncio.sleep(fault.seconds)
                await connection.reply(reply)
            case Kind.DROP_BEFORE | Kind.DROP_AFTER:
                await connection.drop()
            case Kind.LATE:
                self._execute_late(asked, fault.seconds)
                await connection.drop()
            case Kind.HANG:
                await connection.hang()
            case Kind.TRUNCATED:
                await connection.truncated(reply)
            case Kind.DRIP:
                await connection.drip(reply, seconds=fault.seconds)
            case Kind.HUGE:
                await connection.huge(size=fault.size)
            case _:
                await connection.reply(_other(fault, reply, asked))

    def _execute_late(self, asked: Call, seconds: float) -> None:
        async def execute() -> None:
            await asyncio.sleep(seconds)
            self.service.answer(asked)

        task = asyncio.get_running_loop().create_task(execute())
        self.late.add(task)
        task.add_done_callback(self.late.discard)


def _call(scope: Scope, body: bytes) -> Call:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return call(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=body,
        origin=f"{scope['scheme']}://{headers.get('host', 'localhost')}",
    )


def _other(fault: Fault, reply: Reply, asked: Call) -> Reply:
    """The spoilt answers that are still whole HTTP answers."""
    body = reply.body or {}
    answers = body.get("responses", [])
    refusal = {"error": {"code": fault.code, "message": fault.message}}
    page, gateway = b"<!doctype html><title>Sign in</title>", b"<Error>gateway</Error>"
    spoilt = {
        Kind.REFUSE: Reply(status=fault.status, body=refusal),
        Kind.THROTTLE: _throttled(fault.retry_after),
        Kind.GATEWAY: Reply(status=fault.status, raw=gateway, content_type="application/xml"),
        Kind.HTML: Reply(status=200, raw=page, content_type="text/html"),
        Kind.REDIRECT: Reply(status=302, headers={"location": f"{asked.address}/elsewhere"}),
        Kind.PARTIAL: replace(reply, body={"responses": answers[: len(answers) // 2]}),
        Kind.REPEAT: replace(reply, body=body | {"@odata.nextLink": _own_address(asked)}),
        Kind.ELSEWHERE: replace(reply, body=body | {"@odata.nextLink": ELSEWHERE}),
        Kind.ODD: Reply(status=200, body={"something": "else"}),
    }
    return spoilt[fault.kind]


def _own_address(asked: Call) -> str:
    origin = asked.address.split("/v2.0/", 1)[0]
    return f"{origin}{asked.path}" + (f"?{asked.query}" if asked.query else "")


def _throttled(retry_after: str) -> Reply:
    headers: Mapping[str, str] = {"retry-after": retry_after} if retry_after else {}
    body = {"error": {"code": "Application_TooManyRequests", "message": "Too many requests."}}
    return Reply(status=429, body=body, headers=headers)
