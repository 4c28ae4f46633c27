"""A sandbox's front door: records each request, waits where it must, lets faults spoil the answer."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.types import Receive, Scope, Send

from sluse.sandbox.connection import Connection, CutOffError
from sluse.sandbox.faults import Fault, Faults, Kind
from sluse.sandbox.limits import Limits
from sluse.sandbox.record import Record, Recorded
from sluse.sandbox.reply import Reply
from sluse.sandbox.switches import Switches

PAGE_FOR_PEOPLE = b"<!doctype html><title>Sign in</title>"


class Call(Protocol):
    """One whole request as its accounting system understands it; the names of `headers` are lower-case."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...
    @property
    def tenant(self) -> str: ...
    @property
    def changes(self) -> bool: ...
    @property
    def operations(self) -> list[str]: ...


class Service(Protocol):
    """The accounting system without the wire. Nothing in it waits."""

    @property
    def switches(self) -> Switches: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def faults(self) -> Faults: ...
    def answer(self, call: Any) -> Reply: ...


class TurnedAwayError(Exception):
    """The request found no place: this is answered, and nothing of it is executed."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


@dataclass(slots=True, kw_only=True)
class Front(ABC):
    """Each sandbox says how it reads a request, where it lets it in, and how its own answers are spoilt."""

    service: Service
    record: Record = field(default_factory=Record)
    going: asyncio.Event = field(default_factory=asyncio.Event)
    late: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.going.set()

    @abstractmethod
    def call(self, *, scope: Scope, headers: Mapping[str, str], body: bytes) -> Call: ...
    @abstractmethod
    def place(self, call: Any) -> AbstractAsyncContextManager[None]:
        """Raises `TurnedAwayError`."""

    @abstractmethod
    def spoilt(self, *, fault: Fault, call: Any, reply: Reply) -> Reply:
        """By a fault whose answer depends on the accounting system."""

    @abstractmethod
    def forget(self, *, tenant: str) -> None:
        """What it holds of one tenant; without one, of all, and what else was changed in it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = Connection(receive=receive, send=send)
        try:
            body = await connection.body()
        except CutOffError:
            return
        call = self.call(scope=scope, headers=_headers(scope), body=body)
        entry = self.record.start(
            tenant=call.tenant,
            method=call.method,
            path=call.path,
            changes=call.changes,
            operations=call.operations,
            headers=dict(call.headers),
        )
        try:
            await self.going.wait()
            await self._in_place(call, connection, entry)
        finally:
            self.record.finish(entry, status=connection.status)

    async def _in_place(self, call: Call, connection: Connection, entry: Recorded) -> None:
        try:
            async with self.place(call):
                await self._answer(call, connection, entry)
        except TurnedAwayError as error:
            await connection.reply(error.reply)

    async def _answer(self, call: Call, connection: Connection, entry: Recorded) -> None:
        fault = self.service.faults.take(
            tenant=call.tenant, path=call.path, body=call.body.decode(errors="replace")
        )
        if fault is None:
            await connection.reply(self.service.answer(call))
            return
        entry.fault = fault.kind
        if fault.kind is Kind.SLOW:
            await asyncio.sleep(fault.seconds)
        reply = self.service.answer(call) if fault.is_executed else Reply(status=200, body={})
        await self._spoil(fault, call, reply, connection)

    async def _spoil(self, fault: Fault, call: Call, reply: Reply, connection: Connection) -> None:
        match fault.kind:
            case Kind.SLOW:
                await connection.reply(reply)
            case Kind.SLOW_ANSWER:
                await asyncio.sleep(fault.seconds)
                await connection.reply(reply)
            case Kind.DROP_BEFORE | Kind.DROP_AFTER:
                await connection.drop()
            case Kind.LATE:
                self._execute_late(call, fault.seconds)
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
                await connection.reply(_foreign(fault) or self.spoilt(fault=fault, call=call, reply=reply))

    def _execute_late(self, call: Call, seconds: float) -> None:
        async def execute() -> None:
            await asyncio.sleep(seconds)
            self.service.answer(call)

        task = asyncio.get_running_loop().create_task(execute())
        self.late.add(task)
        task.add_done_callback(self.late.discard)


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _foreign(fault: Fault) -> Reply | None:
    """Whole answers that come from something in between, whatever accounting system is behind it."""
    match fault.kind:
        case Kind.GATEWAY:
            return Reply(status=fault.status, raw=b"<Error>gateway</Error>", content_type="application/xml")
        case Kind.HTML:
            return Reply(status=200, raw=PAGE_FOR_PEOPLE, content_type="text/html")
        case Kind.REDIRECT:
            return Reply(status=302, headers={"location": "/elsewhere"})
        case Kind.ODD:
            return Reply(status=200, body={"something": "else"})
    return None
