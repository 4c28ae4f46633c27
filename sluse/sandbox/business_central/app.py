"""The sandbox as one ASGI application."""

from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sluse.sandbox.app import Sandbox
from sluse.sandbox.business_central import control, page
from sluse.sandbox.business_central.front import Front


def create() -> Starlette:
    """A sandbox with nothing in it but its seed."""
    front = Front()

    def web_client(_request: Request) -> Response:
        """Whichever page of Business Central a link names: there is only this one here."""
        return page.render(front)

    routes = [*control.routes(front), Route("/_sandbox/web/{place:path}", web_client)]
    return Sandbox(front=front, page=partial(page.render, front), routes=routes)
