"""The sandbox as one ASGI application."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sluse.sandbox.xledger import control, page
from sluse.sandbox.xledger.front import Front


class Sandbox(Starlette):
    """Its own page and interface are Starlette's; what stands for Xledger gets the bare connection, because
    some of its answers are no answers at all."""

    def __init__(self, *, job_seconds: int) -> None:
        self.front = Front()
        self.front.service.switches.job_seconds = job_seconds
        super().__init__(routes=[Route("/", self._page), *control.routes(self.front)])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != "/" and not scope["path"].startswith("/_sandbox/"):
            await self.front(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def _page(self, request: Request) -> Response:
        return page.render(self.front, request)


def create(*, job_seconds: int = 0) -> Starlette:
    """A sandbox with nothing in it but its seed; with `job_seconds` what is staged is posted by itself."""
    return Sandbox(job_seconds=job_seconds)
