"""The folder of the embedded database: made whole or not at all, refused when another version made it.

As root the server runs as an unprivileged user, who may be unable to enter the folders above, `/root` say.
So it is started *in* its folder and told to use `/proc/self/cwd`; nothing above is opened up.
"""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from sluse.up import binaries, lifeline, sockets
from sluse.up.errors import CannotStartError
from sluse.up.lifeline import Account
from sluse.up.secrets import Passwords

ADMINISTRATOR = "postgres"
UNPRIVILEGED_USERS = ("sluse", "nobody")
"""Whom the server runs as when we are root: a user made for it, else the one every system has."""
ONLY_ITS_OWNER = 0o700
PLAIN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    folder: Path
    programs: Path
    socket_folder: Path
    account: Account | None

    @property
    def name(self) -> str:
        """In the command line of each of its processes, so that a server left behind is known as ours."""
        return f"sluse-{hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]}"

    @property
    def seen_by_server(self) -> str:
        return str(self.folder) if self.account is None else "/proc/self/cwd"


def prepare(*, folder: Path, passwords: Passwords) -> Cluster:
    """The cluster of this folder, made if there is none."""
    folder = folder.resolve()
    account = _account(folder)
    cluster = Cluster(
        folder=folder,
        programs=binaries.folder(account=account),
        socket_folder=sockets.folder(preferred=folder, owner=account),
        account=account,
    )
    if not folder.exists():
        _create(cluster, passwords)
    _refuse_other_versions(folder)
    _own(cluster)
    return cluster


def _account(folder: Path) -> Account | None:
    """Root hands the server to whoever owns the folder already, else to an unprivileged user."""
    if os.geteuid() != 0:
        return None
    if sys.platform != "linux":
        raise CannotStartError(_("Start Sluse as an ordinary user: PostgreSQL does not run as root."))
    if folder.exists() and (facts := folder.stat()).st_uid != 0:
        return Account(user=facts.st_uid, group=facts.st_gid)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in UNPRIVILEGED_USERS:
        if name in known:
            return Account(user=known[name].pw_uid, group=known[name].pw_gid)
    raise CannotStartError(
        _("PostgreSQL does not run as root and there is no user `nobody`; start Sluse as an ordinary user.")
    )


def _create(cluster: Cluster, passwords: Passwords) -> None:
    draft = cluster.folder.with_name(f"{cluster.folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)  # of a start that was cut short
    draft.mkdir(mode=ONLY_ITS_OWNER)
    if cluster.account:
        os.chown(draft, cluster.account.user, cluster.account.group)
    _initialize(cluster, draft, passwords)
    draft.rename(cluster.folder)


def _initialize(cluster: Cluster, draft: Path, passwords: Passwords) -> None:
    seen_by_server = str(draft) if cluster.account is None else cluster.seen_by_server
    arguments = [
        str(cluster.programs / "initdb"),
        *("-D", seen_by_server, "-U", ADMINISTRATOR),
        *("--auth=scram-sha-256", "--pwfile=/dev/stdin", "--data-checksums", "--no-instructions"),
        *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    ]
    password = _readable_once(passwords.administrator, cluster.account)
    try:
        subprocess.run(
            lifeline.command(arguments=arguments, signal_number=signal.SIGKILL, account=cluster.account),
            stdin=password,
            cwd=draft,
            env=PLAIN_ENVIRONMENT,
            check=True,
            capture_output=True,
            text=True,
        )
    except subprocess.CalledProcessError as error:
        raise CannotStartError(
            _("PostgreSQL could not make its files in %(folder)s: %(reason)s")
            % {"folder": cluster.folder, "reason": _last_line(error.stderr)}
        ) from error
    finally:
        os.close(password)


def _readable_once(text: str, account: Account | None) -> int:
    """A pipe that holds the text, opened again by its name, hence owned by whoever reads it."""
    reading, writing = os.pipe()
    os.write(writing, f"{text}\n".encode())
    os.close(writing)
    if account:
        os.fchown(reading, account.user, account.group)
    return reading


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else _("it did not say why.")


def _refuse_other_versions(folder: Path) -> None:
    try:
        found = (folder / "PG_VERSION").read_text(encoding="ascii").strip()
    except PermissionError as error:
        raise CannotStartError(_("%(folder)s belongs to another user.") % {"folder": folder}) from error
    except OSError as error:
        raise CannotStartError(
            _("%(folder)s is not a PostgreSQL database. Move it away, or restore it from a backup.")
            % {"folder": folder}
        ) from error
    if found != binaries.MAJOR_VERSION:
        raise CannotStartError(
            _(
                "%(folder)s was made by PostgreSQL %(found)s; this Sluse brings PostgreSQL %(expected)s. "
                "Move the data with pg_dump of the old version, or start the Sluse that made it."
            )
            % {"folder": folder, "found": found, "expected": binaries.MAJOR_VERSION}
        )


def _own(cluster: Cluster) -> None:
    """A backup restored by root belongs to root, whom the server is not."""
    owner = cluster.folder.stat().st_uid
    if cluster.account is None and owner != os.geteuid():
        raise CannotStartError(_("%(folder)s belongs to another user.") % {"folder": cluster.folder})
    if cluster.account is None or owner == cluster.account.user:
        return
    for place, folders, files in os.walk(cluster.folder):
        for name in (".", *folders, *files):
            os.chown(Path(place, name), cluster.account.user, cluster.account.group, follow_symlinks=False)
