"""Kari administers HLF, Rune audits it, Ola administers another organization, Grete the platform."""

from collections.abc import Callable

import pytest
from django.test import Client

from sluse.organizations.models import User

SignIn = Callable[[User | None], Client]


@pytest.fixture
def as_person() -> SignIn:
    """A browser that wishes English, signed in as the person, or not at all."""

    def sign_in(user: User | None) -> Client:
        client = Client(headers={"Accept-Language": "en"})
        if user:
            client.force_login(user)
        return client

    return sign_in
