"""Kari administers HLF, Rune audits it, Ola administers another organization, Grete the platform; each has tokens."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from sluse.organizations import tokens
from sluse.organizations.models import Organization, User

ALL = tuple(scope for scope in tokens.SCOPES if scope != "platform")


class Caller:
    """A program that holds a token, or none, and reads English."""

    def __init__(self, plaintext: str = "") -> None:
        self.plaintext = plaintext
        headers = {"Accept-Language": "en"} | ({"Authorization": f"Bearer {plaintext}"} if plaintext else {})
        self.client = Client(headers=headers, raise_request_exception=False)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = {} if body is None else {"data": body, "content_type": "application/json"}
        address = path if path.startswith("/") else f"/api/v1/{path}"
        return getattr(self.client, method.lower())(address, headers=named, **data)


Token = Callable[..., Caller]


@pytest.fixture
def token(now: datetime) -> Token:
    """For this user, with these scopes (all but `platform` unless named), bound or not."""

    def make(
        user: User,
        *scopes: str,
        organization: Organization | None = None,
        expires_at: datetime | None = None,
    ) -> Caller:
        issued = tokens.issue(
            user=user, organization=organization, scopes=scopes or ALL, expires_at=expires_at, now=now
        )
        return Caller(issued.plaintext)

    return make


@pytest.fixture
def as_kari(kari: User, token: Token) -> Caller:
    return token(kari)


@pytest.fixture
def anonymous() -> Caller:
    return Caller()
