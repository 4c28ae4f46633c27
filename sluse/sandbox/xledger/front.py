"""The server's front door: records each request, keeps the limits, lets faults spoil the answer."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.types import Receive, Scope, Send

from sluse.sandbox.connection import Connection
from sluse.sandbox.faults import Fault, Kind
from sluse.sandbox.record import Record, Recorded
from sluse.sandbox.reply import Reply
from sluse.sandbox.xledger import refusal
from sluse.sandbox.xledger.limits import CODES, LimitError
from sluse.sandbox.xledger.service import JSON, Call, Service, parse


@dataclass(slots=True, kw_only=True)
class Front:
    service: Service = field(default_factory=Service)
    record: Record = field(default_factory=Record)
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
        if not asked.tenant:
            await self._answer(asked, connection, entry)
            return
        try:
            with self.service.limits.place(tenant=asked.tenant):
                await self._answer(asked, connection, entry)
        except LimitError as error:
            await connection.reply(self._limited(error.code))

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
        empty = Reply(status=200, body={}, content_type=JSON)
        reply = self.service.answer(asked) if fault.is_executed else empty
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
                await connection.reply(self._other(fault, asked, reply))

    def _execute_late(self, asked: Call, seconds: float) -> None:
        async def execute() -> None:
            await asyncio.sleep(seconds)
            self.service.answer(asked)

        task = asyncio.get_running_loop().create_task(execute())
        self.late.add(task)
        task.add_done_callback(self.late.discard)

    def _other(self, fault: Fault, asked: Call, reply: Reply) -> Reply:
        """The spoilt answers that are still whole HTTP answers."""
        page, gateway = b"<!doctype html><title>Sign in</title>", b"<h1>Bad gateway</h1>"
        match fault.kind:
            case Kind.REFUSE:
                return self.service.refuse(refusal.body(message=fault.message, code=fault.code))
            case Kind.THROTTLE:
                return self._limited(CODES["burst"])
            case Kind.PARTIAL:
                return replace(reply, body=_partial(reply.body or {}, changes=asked.changes))
            case Kind.REPEAT:
                return replace(reply, body=_endless(reply.body or {}))
        whole = {
            Kind.GATEWAY: Reply(status=fault.status, raw=gateway, content_type="text/html"),
            Kind.HTML: Reply(status=200, raw=page, content_type="text/html"),
            Kind.REDIRECT: Reply(status=302, headers={"location": "https://elsewhere.example/graphql"}),
        }
        return whole.get(fault.kind, Reply(status=200, body={"something": "else"}, content_type=JSON))

    def _limited(self, code: str) -> Reply:
        body = refusal.body(message="Too many requests", code=code, top=True)
        return self.service.refuse(body, status=429)


def _call(scope: Scope, body: bytes) -> Call:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return parse(method=scope["method"], path=scope["path"], headers=headers, body=body)


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
