"""Signing in and out, and choosing a language."""

import pytest
from django.conf import settings
from django.urls import reverse

from sluse.organizations.models import Organization, Role, User
from sluse.web.tests.conftest import SignIn
from tests import people


def test_kari_signs_in_and_lands_where_she_was_going(kari: User, as_person: SignIn) -> None:
    client = as_person(None)
    response = client.post(
        "/sign-in/", {"email": "Kari@HLF.example", "password": people.PASSWORD, "next": "/o/hlf/connector/"}
    )
    assert response.headers["Location"] == "/o/hlf/connector/"
    assert client.get("/o/hlf/connector/").status_code == 200


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_nobody_is_sent_to_a_foreign_page(address: str, kari: User, as_person: SignIn) -> None:
    facts = {"email": kari.email, "password": people.PASSWORD, "next": address}
    assert as_person(None).post("/sign-in/", facts).headers["Location"] == "/"


@pytest.mark.parametrize("facts", [("kari@hlf.example", "wrong"), ("nobody@hlf.example", people.PASSWORD)])
def test_a_wrong_sign_in_does_not_tell_who_has_an_account(
    facts: tuple[str, str], kari: User, as_person: SignIn
) -> None:
    response = as_person(None).post("/sign-in/", {"email": facts[0], "password": facts[1]})
    page = response.content.decode()
    assert response.status_code == 422
    assert "The e-mail address or the password is not right" in page
    assert "<title>Error: Sign in" in page
    assert facts[1] not in page


def test_every_mistake_is_named_with_a_link_to_its_field(db: None, as_person: SignIn) -> None:
    page = as_person(None).post("/sign-in/", {"email": "kari"}).content.decode()
    assert 'href="#id_email"' in page
    assert 'href="#id_password"' in page
    assert 'id="id_email_error"' in page
    assert 'aria-describedby="id_email_error"' in page
    assert 'aria-invalid="true"' in page


def test_somebody_who_was_shut_out_cannot_sign_in(kari: User, as_person: SignIn) -> None:
    User.objects.filter(pk=kari.pk).update(is_active=False)
    assert (
        as_person(None).post("/sign-in/", {"email": kari.email, "password": people.PASSWORD}).status_code
        == 422
    )


def test_signing_out_is_a_form_and_ends_the_session(kari: User, as_person: SignIn) -> None:
    client = as_person(kari)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert client.get("/o/hlf/connector/").status_code == 302


def test_a_chosen_language_follows_the_person_and_the_device(kari: User, as_person: SignIn) -> None:
    client = as_person(kari)
    response = client.post(
        "/language/", {"language": "nn", "next": "/o/hlf/connector/?kind=business_central"}
    )
    kari.refresh_from_db()
    assert kari.language == "nn"
    assert response.headers["Location"] == "/o/hlf/connector/?kind=business_central"
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "nn"
    assert as_person(kari).get("/o/hlf/connector/").headers["Content-Language"] == "nn"


def test_an_unknown_language_changes_nothing(kari: User, as_person: SignIn) -> None:
    response = as_person(kari).post("/language/", {"language": "xx", "next": "https://evil.example/"})
    kari.refresh_from_db()
    assert kari.language == ""
    assert response.headers["Location"] == "/"
    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies


def test_everybody_lands_where_they_work(
    kari: User, grete: User, hlf: Organization, other: Organization, as_person: SignIn
) -> None:
    assert as_person(grete).get("/").headers["Location"] == "/platform/"
    assert as_person(kari).get("/").headers["Location"] == reverse("web:status", args=[hlf.slug])
    kari.memberships.create(organization=other, role=Role.AUDITOR)
    assert as_person(kari).get("/").headers["Location"] == "/o/"
    page = as_person(kari).get("/o/").content.decode()
    assert hlf.name in page
    assert other.name in page


def test_somebody_without_an_organization_is_told_what_to_do(ola: User, as_person: SignIn) -> None:
    ola.memberships.all().delete()
    assert "You are not a member of any organization yet" in as_person(ola).get("/o/").content.decode()
