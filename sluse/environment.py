"""What the environment says, as one frozen value. Pure: `read` is given the variables, and `settings` alone gives them."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

RUNTIME_FILE = "runtime.json"
"""Written by `sluse up` into the data folder (mode 0600), so that every other command finds its keys and database."""
KEY_BYTES = 32
SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """Where mail goes. Without a `host` it is written to the console."""

    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    uses_tls: bool = False
    uses_ssl: bool = False
    sender: str = "sluse@localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    data_dir: Path
    debug: bool
    secret_key: str
    encryption_keys: tuple[tuple[str, bytes], ...]
    allowed_hosts: tuple[str, ...]
    base_url: str
    database: dict[str, Any]
    owner_database: dict[str, Any]
    xledger_url: str
    xledger_demo_url: str
    business_central_api_url: str
    business_central_login_url: str
    business_central_web_url: str
    finance_url: str
    quarantine_seconds: int | None
    erp_deadline_seconds: float
    incarnation: str
    email: "Email"
    problems: tuple[str, ...]


XLEDGER_URL, XLEDGER_DEMO_URL = "https://www.xledger.net/graphql", "https://demo.xledger.net/graphql"


def read(variables: Mapping[str, str]) -> Environment:
    """Variables win over what a running `sluse up` of the same data folder wrote there."""
    data_dir = Path(variables.get("SLUSE_DATA_DIR") or "data").absolute()
    given = {name: value for name, value in variables.items() if value}
    # Whoever names a database means that one, and nothing of what runs on this machine's data folder.
    values = given if "SLUSE_DATABASE_URL" in given else {**_runtime(data_dir), **given}
    problems: list[str] = []
    database_url = values.get("SLUSE_DATABASE_URL", "")
    # Whoever names another address, such as a sandbox's, means it for both of Xledger's environments.
    xledger_url = values.get("SLUSE_XLEDGER_URL", XLEDGER_URL)
    owner_url = values.get("SLUSE_OWNER_DATABASE_URL") or database_url
    if not values.get("SLUSE_SECRET_KEY"):
        problems.append("SLUSE_SECRET_KEY is not set.")
    return Environment(
        data_dir=data_dir,
        debug=values.get("SLUSE_DEBUG", "").lower() in {"1", "true", "yes"},
        secret_key=values.get("SLUSE_SECRET_KEY", ""),
        encryption_keys=_encryption_keys(values.get("SLUSE_ENCRYPTION_KEYS", ""), problems),
        allowed_hosts=tuple(
            host.strip()
            for host in values.get("SLUSE_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
            if host.strip()
        ),
        base_url=values.get("SLUSE_BASE_URL", "").rstrip("/"),
        database=_database(database_url, problems),
        owner_database=_database(owner_url, [] if owner_url == database_url else problems),
        xledger_url=xledger_url,
        xledger_demo_url=XLEDGER_DEMO_URL if xledger_url == XLEDGER_URL else xledger_url,
        business_central_api_url=values.get(
            "SLUSE_BC_API_URL", "https://api.businesscentral.dynamics.com"
        ).rstrip("/"),
        business_central_login_url=values.get(
            "SLUSE_BC_LOGIN_URL", "https://login.microsoftonline.com"
        ).rstrip("/"),
        finance_url=values.get("SLUSE_FINANCE_URL", "https://{environment}.operations.dynamics.com").rstrip(
            "/"
        ),
        business_central_web_url=values.get(
            "SLUSE_BC_WEB_URL", "https://businesscentral.dynamics.com"
        ).rstrip("/"),
        quarantine_seconds=_whole_seconds(values, "SLUSE_QUARANTINE_SECONDS", problems),
        erp_deadline_seconds=float(_whole_seconds(values, "SLUSE_ERP_DEADLINE_SECONDS", problems) or 60),
        incarnation=values.get("SLUSE_INCARNATION", ""),
        email=_email(values.get("SLUSE_EMAIL_URL", ""), problems),
        problems=tuple(problems),
    )


def _runtime(data_dir: Path) -> dict[str, str]:
    try:
        return dict(json.loads((data_dir / RUNTIME_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _encryption_keys(text: str, problems: list[str]) -> tuple[tuple[str, bytes], ...]:
    if not text:
        problems.append("SLUSE_ENCRYPTION_KEYS is not set.")
        return ()
    keys: list[tuple[str, bytes]] = []
    for part in text.split(","):
        key_id, _, encoded = part.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not key_id or len(key) != KEY_BYTES:
            problems.append("SLUSE_ENCRYPTION_KEYS must be comma-separated kid:base64 of 32 bytes each.")
            return ()
        keys.append((key_id, key))
    return tuple(keys)


def _database(url: str, problems: list[str]) -> dict[str, Any]:
    """Django's dictionary for a `postgresql://` address; a `host` query parameter names a unix socket folder."""
    parts = urlsplit(url)
    if not url:
        problems.append("SLUSE_DATABASE_URL is not set and no `sluse up` runs on this data folder.")
    elif parts.scheme not in {"postgres", "postgresql"}:
        problems.append("SLUSE_DATABASE_URL must start with postgresql://.")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or parts.hostname or ""
    return {
        "ENGINE": "sluse.reach",
        "NAME": unquote(parts.path.lstrip("/")) or "sluse",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(options.pop("port", None) or parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 600,  # seconds
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


def _email(url: str, problems: list[str]) -> Email:
    """`smtp://` (not encrypted, for a server on the same machine), `smtp+tls://` (STARTTLS) or `smtps://`, with
    user, password, host and port, and `?from=` for the sender."""
    if not url:
        return Email()
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in SMTP_PORTS or not parts.hostname or port == -1:
        problems.append("SLUSE_EMAIL_URL must be smtp://, smtp+tls:// or smtps:// with a host.")
        return Email()
    return Email(
        host=parts.hostname,
        port=port or SMTP_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        uses_tls=parts.scheme == "smtp+tls",
        uses_ssl=parts.scheme == "smtps",
        sender=dict(parse_qsl(parts.query)).get("from") or f"sluse@{parts.hostname}",
    )


def _whole_seconds(values: Mapping[str, str], name: str, problems: list[str]) -> int | None:
    text = values.get(name)
    if not text:
        return None
    if not text.isdecimal():
        problems.append(f"{name} must be a whole number of seconds.")
        return None
    return int(text)
