"""Whether a server of ours answers already: asked over HTTP, as a visitor would."""

import http.client
from collections.abc import Callable
from time import monotonic, sleep

from django.utils.translation import gettext as _

from sluse.up.errors import CannotStartError
from sluse.up.listening import HOST

START_SECONDS_MAX = 120
ANSWER_SECONDS_MAX = 5
PAUSE_SECONDS = 0.05


def wait(*, port: int, path: str, host_name: str = HOST, meanwhile: Callable[[], None]) -> None:
    """`meanwhile` is called between tries, and raises when there is no point in waiting on."""
    deadline = monotonic() + START_SECONDS_MAX
    while not _answers(port, path, host_name):
        meanwhile()
        if monotonic() > deadline:
            raise CannotStartError(
                _("The web server does not answer; its log in the data folder may say why.")
            )
        sleep(PAUSE_SECONDS)


def _answers(port: int, path: str, host_name: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=ANSWER_SECONDS_MAX)
    try:
        connection.request("GET", path, headers={"Host": host_name})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
