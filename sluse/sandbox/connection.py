"""One HTTP exchange at its lowest: whole answers, and every way of not giving one."""

import asyncio
import contextlib
import json
from dataclasses import dataclass

from starlette.types import Receive, Send

from sluse.sandbox.reply import Reply

CHUNK = 64 * 1024


class CutOffError(Exception):
    """The other side went before its request was whole: nobody executes half of one."""


@dataclass(slots=True, kw_only=True)
class Connection:
    receive: Receive
    send: Send
    status: int | None = None
    """What was answered; None when nothing was."""

    async def body(self) -> bytes:
        content = bytearray()
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise CutOffError
            content += message.get("body", b"")
            if not message.get("more_body", False):
                return bytes(content)

    async def reply(self, reply: Reply) -> None:
        content = _content(reply)
        await self._start(reply, len(content))
        await self.send({"type": "http.response.body", "body": content})

    async def drop(self) -> None:
        """Breaks the connection without a byte of an answer."""
        transport = getattr(getattr(self.send, "__self__", None), "transport", None)
        if transport is None:
            # Another server than uvicorn: an answer that ends before its first byte is the nearest thing.
            await self._start(Reply(status=200), 1)
            return
        transport.abort()
        await self.hang()

    async def hang(self) -> None:
        """Until the other side gives up."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def truncated(self, reply: Reply) -> None:
        content = _content(reply)
        if not content:
            await self.drop()
            return
        await self._start(reply, len(content))
        await self.send(
            {"type": "http.response.body", "body": content[: len(content) // 2], "more_body": True}
        )

    async def drip(self, reply: Reply, *, seconds: float) -> None:
        content = _content(reply)
        if not content:
            await self.hang()
            return
        await self._start(reply, len(content))
        for position in range(len(content)):
            last = position == len(content) - 1
            part = content[position : position + 1]
            await self.send({"type": "http.response.body", "body": part, "more_body": not last})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.hang(), seconds)
                return

    async def huge(self, *, size: int) -> None:
        await self._start(Reply(status=200, body={}), size)
        for sent in range(0, size, CHUNK):
            more = sent + CHUNK < size
            part = b" " * min(CHUNK, size - sent)
            await self.send({"type": "http.response.body", "body": part, "more_body": more})

    async def _start(self, reply: Reply, length: int) -> None:
        self.status = reply.status
        headers = {**reply.headers}
        if reply.status != 204:  # noqa: PLR2004 — No Content
            headers |= {"content-type": reply.content_type, "content-length": str(length)}
        await self.send(
            {
                "type": "http.response.start",
                "status": reply.status,
                "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
            }
        )


def _content(reply: Reply) -> bytes:
    if reply.raw:
        return reply.raw
    return b"" if reply.body is None else json.dumps(reply.body, ensure_ascii=False).encode()
