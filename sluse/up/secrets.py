"""Keys and passwords of a data folder, made once. Whoever loses this file loses every stored credential."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from sluse.environment import KEY_BYTES
from sluse.up import private_file
from sluse.up.errors import CannotStartError

FILE = "secrets.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passwords:
    """Of the roles of the embedded PostgreSQL."""

    administrator: str
    owner: str
    application: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    secret_key: str
    encryption_keys: str
    administrator_password: str
    owner_password: str
    application_password: str

    @property
    def variables(self) -> dict[str, str]:
        return {"SLUSE_SECRET_KEY": self.secret_key, "SLUSE_ENCRYPTION_KEYS": self.encryption_keys}

    @property
    def passwords(self) -> Passwords:
        return Passwords(
            administrator=self.administrator_password,
            owner=self.owner_password,
            application=self.application_password,
        )


def keep(*, data_dir: Path, database_exists: bool) -> Secrets:
    """Those of the folder; new ones only where nothing can depend on lost ones."""
    path = data_dir / FILE
    if path.exists():
        return _read(path)
    if database_exists:
        raise CannotStartError(
            _(
                "%(path)s is missing, but the database beside it needs its keys. "
                "Restore it from a backup, or move the whole data folder away to begin afresh."
            )
            % {"path": path}
        )
    made = make()
    private_file.write(path=path, content=asdict(made))
    return made


def make() -> Secrets:
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    return Secrets(
        secret_key=secrets.token_urlsafe(50),
        encryption_keys=f"1:{key}",
        administrator_password=secrets.token_urlsafe(32),
        owner_password=secrets.token_urlsafe(32),
        application_password=secrets.token_urlsafe(32),
    )


def _read(path: Path) -> Secrets:
    try:
        return Secrets(**json.loads(path.read_text(encoding="utf-8")))
    except PermissionError as error:
        raise CannotStartError(_("%(path)s belongs to another user.") % {"path": path}) from error
    except (ValueError, TypeError) as error:
        raise CannotStartError(
            _("%(path)s is damaged. Restore it from a backup.") % {"path": path}
        ) from error
