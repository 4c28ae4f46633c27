"""Runs a local accounting system as a server of its own: real HTTP, no keys, no database."""

import socket
from collections.abc import Callable
from functools import partial

import uvicorn
from django.utils.translation import gettext as _
from starlette.types import ASGIApp

from sluse.sandbox import business_central, finance, xledger
from sluse.up import listening
from sluse.up.saying import say

JOB_SECONDS = 20
"""Half an hour at the real one: too long to watch."""
APPLICATIONS: dict[str, Callable[[], ASGIApp]] = {
    "business-central": business_central.create,
    "finance": partial(finance.create, job_seconds=JOB_SECONDS),
    "xledger": partial(xledger.create, job_seconds=JOB_SECONDS),
}
STOP_SECONDS = 1


def serve(*, system: str, port: int, descriptor: int | None) -> None:
    """Until it is interrupted. `descriptor` is a socket that somebody bound for us."""
    listener = listening.bind(port=port) if descriptor is None else socket.socket(fileno=descriptor)
    say(
        _("%(system)s answers at %(address)s")
        % {"system": system, "address": f"http://{listening.HOST}:{listener.getsockname()[1]}"}
    )
    configuration = uvicorn.Config(
        APPLICATIONS[system](), log_level="warning", access_log=False, timeout_graceful_shutdown=STOP_SECONDS
    )
    uvicorn.Server(configuration).run(sockets=[listener])
