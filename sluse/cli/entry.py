"""The `sluse` command: finds the data folder first, then hands over to the command that was named.

Exit status: 0 done, 1 refused or failed with a plain sentence on stderr, 2 wrong usage.
"""

import importlib.metadata
import logging
import os
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

import django
from django.conf import settings
from django.core.management import load_command_class
from django.core.management.base import BaseCommand
from django.db import DatabaseError, OperationalError
from django.utils import translation
from django.utils.translation import gettext as _

from sluse import reach
from sluse.cli.management import commands as commands
from sluse.organizations.errors import SluseError
from sluse.up import checks

REFUSED, WRONG_USAGE, INTERRUPTED = 1, 2, 130
STARTERS = {"up", "sandbox"}
"""They run where nothing has been set up yet."""
SERVERS = {"web", "worker"}
"""They speak the languages of those they serve, not that of the terminal they were started in."""
HELP = {"help", "--help", "-h"}


def main() -> None:
    try:
        sys.exit(run(sys.argv[1:]))
    except BrokenPipeError:  # Whoever read what we write has seen enough, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(REFUSED)


def run(words: Sequence[str]) -> int:
    rest, has_folder = _find_data_folder(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sluse.settings")
    django.setup()
    translation.activate(_language_of_terminal())
    if not has_folder:
        return _complain(_("--data needs a folder."), status=WRONG_USAGE)
    if rest[:1] == ["--version"]:
        return _say(importlib.metadata.version("sluse"))
    if not rest or rest[0] in HELP:
        _show_commands()
        return 0 if rest else WRONG_USAGE
    return _run_command(rest)


def command_names() -> list[str]:
    return sorted(found.name for found in pkgutil.iter_modules(commands.__path__))


def _find_data_folder(words: Sequence[str]) -> tuple[list[str], bool]:
    """`--data DIR` may stand anywhere, and is settled before settings are read. False when DIR is missing."""
    rest: list[str] = []
    remaining = iter(words)
    for word in remaining:
        name, equals, value = word.partition("=")
        if name != "--data":
            rest.append(word)
            continue
        folder = value if equals else next(remaining, "")
        if not folder:
            return rest, False
        os.environ["SLUSE_DATA_DIR"] = folder
    return rest, True


def _language_of_terminal() -> str:
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    code = named.split(".")[0].replace("_", "-").lower()
    try:
        return translation.get_supported_language_variant({"no": "nb", "no-no": "nb"}.get(code, code))
    except LookupError:
        return "en"


def _show_commands() -> None:
    _say(_("Usage: sluse COMMAND [--data DIR] …    (`sluse COMMAND --help` says more)") + "\n")
    for name in command_names():
        _say(f"  {name:<14} {_load(name).help}")


def _run_command(words: list[str]) -> int:
    name = words[0]
    if name not in command_names():
        return _complain(
            _("There is no command %s; `sluse --help` lists them all.") % f"`{name}`", status=WRONG_USAGE
        )
    asks_for_help = bool(HELP & set(words[1:]))
    if name not in STARTERS and settings.ENVIRONMENT_PROBLEMS and not asks_for_help:
        return _complain(" ".join([*dict.fromkeys(settings.ENVIRONMENT_PROBLEMS), checks.hint()]))
    return _outcome(name, words)


def _outcome(name: str, words: list[str]) -> int:
    """Django's own handling turns a CommandError into a sentence and a status; ours are handled here."""
    command = _load(name)
    if name in SERVERS:
        translation.deactivate()
    try:
        with _reaching(name), _quiet(name):
            command.run_from_argv(["sluse", *words])
    except SluseError as error:
        return _complain(
            "\n".join([str(error), *(f"  {field.path}: {field.detail}" for field in error.errors)])
        )
    except OperationalError as error:
        return _complain(_("The database cannot be reached: %s") % _last_line(error))
    except DatabaseError as error:
        return _complain(_("The database refused: %s") % _last_line(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _reaching(name: str) -> AbstractContextManager[None]:
    """Who types a command on the machine may reach everything; what serves others reaches what each door gives it."""
    return reach.nothing() if name in SERVERS else reach.platform()


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Whoever types a command reads its answer; a line for every request is for a server's log."""
    logger = logging.getLogger("sluse")
    before = logger.level
    if name not in SERVERS | STARTERS:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)


def _load(name: str) -> BaseCommand:
    command = load_command_class("sluse.cli", name)
    command.help = _(command.help) if command.help else ""
    return command


def _last_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]


def _say(text: str) -> int:
    print(text)
    return 0


def _complain(text: str, *, status: int = REFUSED) -> int:
    print(text, file=sys.stderr)
    return status
