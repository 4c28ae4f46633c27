"""A desktop of its own for Orca: message bus, screen, windows, a voice. The machine's own is not touched."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests import programs
from tests.browser.orca import voice
from tests.browser.orca.voice import Voice

PROGRAMS = ("orca", "Xvfb", "dbus-daemon", "openbox", "xdotool")
BUS_LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
SCREEN = ("-screen", "0", "1280x900x24", "-nolisten", "tcp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desktop:
    environment: dict[str, str]
    voice: Voice

    def hears(self, *texts: str) -> None:
        """Each of them, in this order, from what was told since the last time."""
        for text in texts:
            try:
                programs.until(partial(self._has_heard, text), f"«{text}» is heard")
            except AssertionError as error:
                raise AssertionError(f"{error} What was: {self.voice.said}") from error

    def _has_heard(self, text: str) -> bool:
        for place in range(self.voice.heard, len(self.voice.said)):
            if text in self.voice.said[place]:
                self.voice.heard = place + 1
                return True
        return False

    def click_into_the_page(self) -> None:
        """A new window stands in its address bar, and a reader follows the one focus of the desktop."""
        command = ["xdotool", "mousemove", "640", "600", "click", "1"]
        subprocess.run(command, env=self.environment, check=True)


@contextmanager
def started(folder: Path) -> Iterator[Desktop]:
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    assert not missing, f"{', '.join(missing)} not found; `make orca` installs them where it can."
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    environment = {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(runtime)}
    with ExitStack() as stack:
        said = stack.enter_context(voice.listening(runtime / "speech-dispatcher" / "speechd.sock"))
        bus = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
        environment["DBUS_SESSION_BUS_ADDRESS"] = stack.enter_context(_telling(bus, environment))
        screen = ["Xvfb", "-displayfd", "1", *SCREEN]
        environment["DISPLAY"] = ":" + stack.enter_context(_telling(screen, environment))
        for command in (_bus_launcher(), ["openbox"], ["orca", "--disable", "braille"]):
            stack.enter_context(_running(command, environment))
        programs.until(lambda: "Screen reader on." in said.said, "Orca speaks")
        yield Desktop(environment=environment, voice=said)


def _bus_launcher() -> list[str]:
    return [next(path for path in BUS_LAUNCHERS if Path(path).exists()), "--launch-immediately"]


@contextmanager
def _telling(command: list[str], environment: dict[str, str]) -> Iterator[str]:
    """The first line it prints: where it is to be found."""
    with _running(command, environment) as process:
        assert process.stdout
        yield process.stdout.readline().decode().strip()


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            programs.kill(process)
