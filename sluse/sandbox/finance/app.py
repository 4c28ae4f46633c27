"""The sandbox as one ASGI application."""

from functools import partial

from starlette.applications import Starlette

from sluse.sandbox.app import Sandbox
from sluse.sandbox.finance import control, page
from sluse.sandbox.finance.front import Front


def create(*, job_seconds: int = 0) -> Starlette:
    """A sandbox with nothing in it but its seed; with `job_seconds` its batch job posts journals by itself."""
    front = Front()
    front.service.switches.job_seconds = job_seconds
    return Sandbox(front=front, page=partial(page.render, front), routes=control.routes(front))
