"""Sync now: confirmed with how many and how much; refused in words while nothing may be sent."""

from datetime import datetime, timedelta

from sluse.audit.models import Entry, Type
from sluse.organizations.models import Organization, User
from sluse.sync.models import Posting, Run, State
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words
from tests import people

ADDRESS = "/o/hlf/connector/sync/"


def test_while_it_is_off_a_manual_run_is_refused_on_screen_and_logged(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 3, now)
    client = as_person(kari)
    response = client.post(ADDRESS)
    page = client.get(response.headers["Location"])
    assert "The connector is switched off. Nothing was sent." in words(page)
    assert "<title>The connector is switched off." in page.content.decode()
    assert not Run.objects.exists()
    [entry] = Entry.objects.of(organization_id=ready.pk).filtered(type=Type.REFUSED)
    assert entry.actor_id == str(kari.pk)


def test_it_says_how_many_and_how_much_before_it_starts(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 3, now)
    people.turn_on(ready, kari, now)
    client = as_person(kari)
    for response in (client.get(ADDRESS), client.post(ADDRESS)):
        assert "3 postings, 930,00 kr in all, are sent to the accounting system." in words(response)
    assert not Run.objects.exists()
    response = client.post(ADDRESS, {"confirmed": "yes"})
    run = Run.objects.get()
    assert response.headers["Location"] == "/o/hlf/"
    assert (run.trigger, run.by_id) == ("manual", str(kari.pk))


def test_it_counts_what_the_run_takes_and_nothing_else(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    """Of five: one rests, one has rested, and one follows another."""
    people.approve_some(ready, 5, now)
    people.turn_on(ready, kari, now)
    rows = Posting.objects.filter(organization=ready)
    unknown = {"state": State.UNKNOWN, "voucher": {}}
    rows.filter(external_id="R-1").update(**unknown, next_try_at=now + timedelta(hours=1))
    rows.filter(external_id="R-2").update(**unknown, next_try_at=now - timedelta(hours=1))
    rows.filter(external_id="R-3").update(follows=rows.get(external_id="R-4"))
    page = words(as_person(kari).get(ADDRESS))
    assert "3 postings, 930,00 kr in all, are sent" in page
    assert "1 of them is of unknown outcome: it is looked up first" in page
    assert "1 posting waits until another one is posted, and is not part of this run." in page


def test_a_second_click_starts_nothing(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.turn_on(ready, kari, now)
    client = as_person(kari)
    client.post(ADDRESS, {"confirmed": "yes"})
    response = client.post(ADDRESS, {"confirmed": "yes"})
    assert Run.objects.count() == 1
    assert "A run is already under way." in words(client.get(response.headers["Location"]))


def test_asking_while_it_is_off_leads_back_without_trying(
    ready: Organization, kari: User, as_person: SignIn
) -> None:
    assert as_person(kari).get(ADDRESS).headers["Location"] == "/o/hlf/"
    assert not Entry.objects.of(organization_id=ready.pk).filtered(type=Type.REFUSED).exists()
