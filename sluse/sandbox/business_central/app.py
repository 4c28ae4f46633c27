"""The sandbox as one ASGI application."""

from functools import partial

from starlette.applications import Starlette

from sluse.sandbox.app import Sandbox
from sluse.sandbox.business_central import control, page
from sluse.sandbox.business_central.front import Front


def create() -> Starlette:
    """A sandbox with nothing in it but its seed."""
    front = Front()
    return Sandbox(front=front, page=partial(page.render, front), routes=control.routes(front))
