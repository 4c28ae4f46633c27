"""New credentials on the screen, while the switch is on."""

from datetime import datetime

import pytest

from sluse.connectors import check, vault
from sluse.connectors.base import Chart
from sluse.connectors.models import Connector
from sluse.organizations.models import Organization, User
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words
from tests import people

PAGE = "/o/hlf/connector/"
ADDRESS = f"{PAGE}credentials/"
NEW = {"credentials.client_secret": "a-quite-new-secret-9999", "expires_on": "2199-12-31"}


@pytest.fixture
def works(monkeypatch: pytest.MonkeyPatch) -> None:
    """The call to the accounting system itself is made in the journeys."""
    report = check.Report(ok=True, company="HLF", accounts=1, problems=[], chart=Chart())
    monkeypatch.setattr(check, "ask", lambda **_asked: report)


@pytest.mark.usefixtures("works")
def test_kari_renews_the_secret_while_the_switch_is_on(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.turn_on(ready, kari, now)
    client = as_person(kari)
    assert client.post(ADDRESS, NEW).headers["Location"] == f"{PAGE}#rotation"
    told = words(client.get(PAGE))
    assert "The new credentials are not tested yet" in told
    assert "The secret ends with …9999. Good until 31 December 2199." in told
    client.post(f"{ADDRESS}test/")
    assert "Take them into use" in words(client.get(PAGE))
    client.post(f"{ADDRESS}swap/")
    told = words(client.get(PAGE))
    assert "The new credentials are in use." in told
    assert "Do not delete the old ones" in told
    assert vault.opened(row=Connector.objects.get())["client_secret"] == NEW["credentials.client_secret"]
    assert NEW["credentials.client_secret"] not in told


def test_what_cannot_be_is_told(ready: Organization, kari: User, as_person: SignIn) -> None:
    client = as_person(kari)
    for wrong in ({}, NEW | {"expires_on": "2001-01-01"}, NEW | {"expires_on": "soon"}):
        assert client.post(ADDRESS, wrong).status_code == 422
    client.post(f"{ADDRESS}swap/")
    assert "No new credentials have been entered." in words(client.get(PAGE))
    assert Connector.objects.get().next_credentials == {}


@pytest.mark.parametrize("path", ["", "test/", "swap/"])
def test_an_auditor_enters_nothing(path: str, ready: Organization, rune: User, as_person: SignIn) -> None:
    assert as_person(rune).post(ADDRESS + path, NEW).status_code == 403
