"""A sandbox as one ASGI application."""

from collections.abc import Callable, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sluse.sandbox.front import Front


class Sandbox(Starlette):
    """Its own page and interface are Starlette's; what stands for the accounting system gets the bare connection,
    because some of its answers are no answers at all."""

    def __init__(self, *, front: Front, page: Callable[[], Response], routes: Sequence[Route]) -> None:
        def shown(_request: Request) -> Response:
            return page()

        self._front = front
        super().__init__(routes=[Route("/", shown), *routes])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != "/" and not scope["path"].startswith("/_sandbox/"):
            await self._front(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)
