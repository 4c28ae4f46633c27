"""The web server's socket, bound before all else: a taken port is told at once, and port 0 is no race."""

import errno
import os
import socket
import time

from django.utils.translation import gettext as _

from sluse.up.errors import CannotStartError

HOST = "127.0.0.1"
BACKLOG = 1024
PORT_MAX = 65_535
PATIENCE_SECONDS = 1.0
"""A server killed a moment ago may need this long to let go of its port."""
PAUSE_SECONDS = 0.05


def bind(*, port: int, host: str = HOST) -> socket.socket:
    if not 0 <= port <= PORT_MAX:
        raise CannotStartError(
            _("There is no port %(port)s; choose one between 0 and 65535 with --port.") % {"port": port}
        )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return socket.create_server((host, port), backlog=BACKLOG)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise CannotStartError(_reason(port, error)) from error
            time.sleep(PAUSE_SECONDS)


def _reason(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        taken = _(
            "Port %(port)s is taken by another program. Choose another with --port, or 0 for a free one."
        )
        return taken % {"port": port}
    reason = os.strerror(error.errno or 0)
    return _("Port %(port)s cannot be used: %(reason)s.") % {"port": port, "reason": reason}
