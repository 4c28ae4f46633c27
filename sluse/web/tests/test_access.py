"""Who may see and change what, at every address of the screens."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from sluse.audit.models import Entry
from sluse.organizations.models import Organization, User
from sluse.sync.models import Run
from sluse.web.tests.conftest import SignIn

READ_ONLY = ("status", "current", "connector", "postings", "reimbursements", "preview", "log")
OWN = ("notifications",)
"""A member's own wishes, which every member may change."""
CHANGES = ("switch", "system", "test", "mapping", "schedule", "sync")
ORGANIZATION_PAGES = (*READ_ONLY, *OWN, *CHANGES)


@pytest.mark.parametrize("name", ORGANIZATION_PAGES)
def test_a_visitor_is_asked_to_sign_in_and_comes_back(
    name: str, hlf: Organization, as_person: SignIn
) -> None:
    address = reverse(f"web:{name}", args=[hlf.slug])
    response = as_person(None).get(address)
    assert response.status_code == 302
    assert response.headers["Location"] == f"{settings.LOGIN_URL}?next={address.replace('/', '%2F')}"


@pytest.mark.parametrize("name", ORGANIZATION_PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_organization_does_not_exist(
    name: str, method: str, hlf: Organization, ola: User, as_person: SignIn
) -> None:
    response = getattr(as_person(ola), method)(reverse(f"web:{name}", args=[hlf.slug]))
    assert response.status_code == (405 if name in READ_ONLY and method == "post" else 404)
    assert hlf.name not in response.content.decode()


def test_an_organization_that_is_not_there_looks_the_same_as_a_foreign_one(
    hlf: Organization, ola: User, as_person: SignIn
) -> None:
    foreign = as_person(ola).get("/o/hlf/connector/")
    absent = as_person(ola).get("/o/nothing/connector/")
    assert foreign.status_code == absent.status_code == 404
    assert _without_token(foreign).replace("hlf", "nothing") == _without_token(absent)


def test_an_auditor_reads_the_state_and_finds_nothing_to_change(
    ready: Organization, rune: User, as_person: SignIn
) -> None:
    response = as_person(rune).get(reverse("web:connector", args=[ready.slug]))
    page = response.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert response.status_code == 200
    assert "7100" in main
    assert "<form" not in main
    assert "<input" not in main


@pytest.mark.parametrize("name", CHANGES)
def test_an_auditor_changes_nothing(name: str, ready: Organization, rune: User, as_person: SignIn) -> None:
    before = Entry.objects.of(organization_id=ready.pk).count()
    response = as_person(rune).post(
        reverse(f"web:{name}", args=[ready.slug]), {"to": "on", "confirmed": "yes"}
    )
    assert response.status_code == 403
    assert "Only administrators" in response.content.decode()
    assert Entry.objects.of(organization_id=ready.pk).count() == before
    assert not Run.objects.exists()


@pytest.mark.parametrize("address", ["/platform/", "/platform/hlf/switch/"])
def test_the_platform_does_not_exist_for_administrators_of_organizations(
    address: str, kari: User, as_person: SignIn
) -> None:
    assert as_person(kari).get(address).status_code == 404


@pytest.mark.parametrize("address", ["/", "/o/", "/platform/", "/sign-in/", "/nothing/"])
def test_no_page_is_kept_by_a_cache(address: str, db: None, as_person: SignIn) -> None:
    assert as_person(None).get(address).headers["Cache-Control"] == "no-store"


def test_a_form_without_its_token_changes_nothing_and_says_so(ready: Organization, kari: User) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    client.force_login(kari)
    response = client.post(reverse("web:sync", args=[ready.slug]))
    assert response.status_code == 403
    assert "The page was too old" in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"


def _without_token(response: Any) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
