"""The webhook's screen: its secret is shown once, to administrators, and never again."""

from django.utils.html import escape

from sluse.organizations.models import Organization, User
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words
from sluse.webhooks.models import Webhook

PAGE = "/o/hlf/webhook/"


def test_the_secret_is_shown_once_and_stored_by_no_browser(
    hlf: Organization, kari: User, as_person: SignIn
) -> None:
    client = as_person(kari)
    assert "None yet. Nothing is taken in by webhook." in words(client.get(PAGE))
    made = client.post(f"{PAGE}make/")
    assert made.headers["Cache-Control"] == "no-store"
    shown = made.context["made"]
    assert escape(shown) in made.content.decode()
    after = client.get(PAGE)
    assert escape(shown) not in after.content.decode()
    assert "by Kari Nordmann" in words(after)
    assert "/webhooks/hlf/reimbursements" in words(after)
    assert [place.url for place in after.context["places"] if place.is_current] == ["/o/hlf/connector/"]


def test_replacing_it_is_confirmed_first_and_never_cuts_an_older_one_off(
    hlf: Organization, kari: User, as_person: SignIn
) -> None:
    client = as_person(kari)
    client.post(f"{PAGE}make/")
    assert "The one in use still counts for 24 hours." in words(client.get(f"{PAGE}make/"))
    second = client.post(f"{PAGE}make/")
    assert "The one before it still counts until" in words(second)
    refused = client.post(f"{PAGE}make/")
    assert refused.headers["Location"] == PAGE
    assert "The secret before this one still counts until" in words(client.get(PAGE))
    asked = client.get(f"{PAGE}make/")
    assert "Not possible before" in words(asked)
    assert "disabled" in asked.content.decode()


def test_removing_is_confirmed_first(hlf: Organization, kari: User, as_person: SignIn) -> None:
    client = as_person(kari)
    client.post(f"{PAGE}make/")
    assert "from this moment" in words(client.get(f"{PAGE}remove/"))
    assert Webhook.objects.exists()
    assert client.post(f"{PAGE}remove/").headers["Location"] == PAGE
    assert not Webhook.objects.exists()
    assert client.post(f"{PAGE}remove/").headers["Location"] == PAGE
    assert "There is no webhook secret." in words(client.get(PAGE))


def test_an_auditor_may_neither_see_nor_make_it(hlf: Organization, rune: User, as_person: SignIn) -> None:
    assert as_person(rune).get(PAGE).status_code == 403
    assert as_person(rune).post(f"{PAGE}make/").status_code == 403
    assert not Webhook.objects.exists()


def test_another_organizations_is_not_there(hlf: Organization, ola: User, as_person: SignIn) -> None:
    assert as_person(ola).get(PAGE).status_code == 404
    assert as_person(ola).post(f"{PAGE}make/").status_code == 404
