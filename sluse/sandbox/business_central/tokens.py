"""The sign-in: client credentials against the one secret, and tokens that run out."""

import hashlib
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from sluse.sandbox.business_central import seed
from sluse.sandbox.business_central.operation import Reply

SCOPE = "https://api.businesscentral.dynamics.com/.default"
LIFETIME_SECONDS = 3599


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    tenant: str
    ends_at: float


@dataclass(slots=True, kw_only=True)
class Tokens:
    lifetime_seconds: int = LIFETIME_SECONDS
    refusal_status: int = 401
    issued: dict[str, Issued] = field(default_factory=dict)
    made: int = 0

    def issue(self, *, tenant: str, headers: Mapping[str, str], body: bytes) -> Reply:
        form = {name: values[0] for name, values in parse_qs(body.decode(errors="replace")).items()}
        is_form = "application/x-www-form-urlencoded" in headers.get("content-type", "")
        client_id, grant = form.get("client_id", ""), form.get("grant_type")
        rules = (
            (is_guid(tenant), 400, "invalid_request", 90002, f"Tenant '{tenant}' not found."),
            (is_form, 400, "invalid_request", 900144, "The request body must be form-encoded."),
            (grant == "client_credentials", 400, "unsupported_grant_type", 70003, "Wrong grant type."),
            (form.get("scope") == SCOPE, 400, "invalid_scope", 70011, "The scope is not valid."),
            (is_guid(client_id), 400, "unauthorized_client", 700016, "The application was not found."),
            (
                form.get("client_secret") == seed.CLIENT_SECRET,
                self.refusal_status,
                "invalid_client",
                7000215,
                "Invalid client secret provided.",
            ),
        )
        for is_kept, status, error, number, text in rules:
            if not is_kept:
                return self._refuse(status, error, number, text)
        return self._grant(tenant.lower(), client_id)

    def tenant_of(self, *, authorization: str) -> str | None:
        """None for a token that was never issued here, or has run out."""
        found = self.issued.get(authorization.removeprefix("Bearer "))
        return found.tenant if found is not None and found.ends_at > time.monotonic() else None

    def revoke_all(self) -> None:
        self.issued.clear()

    def _grant(self, tenant: str, client_id: str) -> Reply:
        self.made += 1
        token = hashlib.sha256(f"{tenant}/{client_id}/{self.made}/{time.monotonic_ns()}".encode()).hexdigest()
        self.issued[token] = Issued(tenant=tenant, ends_at=time.monotonic() + self.lifetime_seconds)
        body = {
            "token_type": "Bearer",
            "expires_in": self.lifetime_seconds,
            "ext_expires_in": self.lifetime_seconds,
            "access_token": token,
        }
        return Reply(status=200, body=body, headers={"cache-control": "no-store"})

    @staticmethod
    def _refuse(status: int, error: str, number: int, text: str) -> Reply:
        correlation_id = seed.stable_id("token", error, number)
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
