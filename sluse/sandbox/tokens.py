"""Microsoft Entra's sign-in: client credentials against the secrets a tenant accepts, and tokens that run out."""

import hashlib
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from sluse.sandbox.reply import Reply

CLIENT_SECRET = "sandbox-client-secret"  # noqa: S105 — the one secret, of a server that holds nothing
LIFETIME_SECONDS = 3599
PATH = re.compile(r"/([^/]+)/oauth2/v2\.0/token")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    tenant: str
    scope: str
    ends_at: float


@dataclass(slots=True, kw_only=True)
class Tokens:
    """`scope` is what a token may be asked for."""

    scope: re.Pattern[str]
    lifetime_seconds: int = LIFETIME_SECONDS
    refusal_status: int = 401
    issued: dict[str, Issued] = field(default_factory=dict)
    made: int = 0
    accepted: dict[str, list[str]] = field(default_factory=dict)
    """Secrets by tenant, where somebody has made new ones there; elsewhere it is the one secret."""

    def issue(self, *, tenant: str, headers: Mapping[str, str], body: bytes) -> Reply:
        form = {name: values[0] for name, values in parse_qs(body.decode(errors="replace")).items()}
        is_form = "application/x-www-form-urlencoded" in headers.get("content-type", "")
        client_id, grant, scope = (form.get(name, "") for name in ("client_id", "grant_type", "scope"))
        rules = (
            (is_guid(tenant), 400, "invalid_request", 90002, f"Tenant '{tenant}' not found."),
            (is_form, 400, "invalid_request", 900144, "The request body must be form-encoded."),
            (grant == "client_credentials", 400, "unsupported_grant_type", 70003, "Wrong grant type."),
            (self.scope.fullmatch(scope) is not None, 400, "invalid_scope", 70011, "The scope is not valid."),
            (is_guid(client_id), 400, "unauthorized_client", 700016, "The application was not found."),
            (
                form.get("client_secret") in self.accepted.get(tenant.lower(), [CLIENT_SECRET]),
                self.refusal_status,
                "invalid_client",
                7000215,
                "Invalid client secret provided.",
            ),
        )
        for is_kept, status, error, number, text in rules:
            if not is_kept:
                return self._refuse(status, error, number, text)
        return self._grant(tenant.lower(), client_id, scope)

    def find(self, *, authorization: str) -> Issued | None:
        """None for a token that was never issued here, or has run out."""
        found = self.issued.get(authorization.removeprefix("Bearer "))
        return found if found is not None and found.ends_at > time.monotonic() else None

    def revoke_all(self) -> None:
        self.issued.clear()

    def reset(self) -> None:
        self.revoke_all()
        self.lifetime_seconds = LIFETIME_SECONDS
        self.accepted.clear()

    def _grant(self, tenant: str, client_id: str, scope: str) -> Reply:
        self.made += 1
        token = hashlib.sha256(f"{tenant}/{client_id}/{self.made}/{time.monotonic_ns()}".encode()).hexdigest()
        ends_at = time.monotonic() + self.lifetime_seconds
        self.issued[token] = Issued(tenant=tenant, scope=scope, ends_at=ends_at)
        body = {
            "token_type": "Bearer",
            "expires_in": self.lifetime_seconds,
            "ext_expires_in": self.lifetime_seconds,
            "access_token": token,
        }
        return Reply(status=200, body=body, headers={"cache-control": "no-store"})

    @staticmethod
    def _refuse(status: int, error: str, number: int, text: str) -> Reply:
        correlation_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{error}/{number}"))
        body = {
            "error": error,
            "error_description": f"AADSTS{number}: {text} Correlation ID: {correlation_id}",
            "error_codes": [number],
            "correlation_id": correlation_id,
        }
        return Reply(status=status, body=body)


def is_guid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
