"""The switch without JavaScript: asked, confirmed with a reason, carried out, told."""

from datetime import datetime

import pytest
from django.test import Client

from sluse.audit.models import Entry, Type
from sluse.connectors.models import Connector
from sluse.gate import read
from sluse.gate.models import Switch
from sluse.gate.read import State
from sluse.organizations.models import Organization, User
from sluse.sync.models import Posting
from sluse.sync.models import State as PostingState
from sluse.vouchers import store
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words
from tests import people

ADDRESS = "/o/hlf/connector/switch/"
HTMX = {"HX-Request": "true"}


def toggles(organization: Organization) -> list[Entry]:
    return list(Entry.objects.of(organization_id=organization.pk).filtered(type=Type.SWITCH))


def state(organization: Organization) -> State:
    return read.switch_of(organization=organization).state


def test_before_it_is_turned_on_the_page_says_what_waits_and_when_it_goes(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 3, now)
    response = as_person(kari).get(ADDRESS, {"to": "on"})
    told = words(response)
    assert "3 postings, 930,00 kr in all, are waiting. They are not sent now" in told
    assert "The next scheduled run is" in told
    assert "What has been sent cannot be called back from here." in told
    assert response.templates[0].name == "web/switch/page.html"
    assert state(ready) is State.DISABLED


def test_kari_turns_it_on_with_a_reason(ready: Organization, kari: User, as_person: SignIn) -> None:
    client = as_person(kari)
    response = client.post(ADDRESS, {"to": "on", "version": "0", "text": "Tested with the bookkeeper"})
    assert response.status_code == 303
    assert response.headers["Location"] == "/o/hlf/connector/"
    page = client.get(response.headers["Location"]).content.decode()
    assert "<title>Synchronization for Hørselshemmedes Landsforbund is on." in page
    assert 'aria-checked="true"' in page
    [entry] = toggles(ready)
    assert (entry.actor_id, entry.new_state, entry.reason) == (
        str(kari.pk),
        "enabled",
        "Tested with the bookkeeper",
    )


def test_it_is_turned_off_with_one_click_on_a_reason(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 1, now)
    people.turn_on(ready, kari, now)
    client = as_person(kari)
    told = words(client.get(ADDRESS, {"to": "off"}))
    assert "1 posting, 310,00 kr in all, stays in the queue. It is not lost." in told
    client.post(ADDRESS, {"to": "off", "version": "1", "category": "planned"})
    assert state(ready) is State.DISABLED
    assert toggles(ready)[0].reason == "Planned pause"


def test_a_reason_is_required_either_way(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    client = as_person(kari)
    response = client.post(ADDRESS, {"to": "on", "version": "0", "text": " "})
    assert response.status_code == 422
    assert "Say why in a few words." in words(response)
    assert state(ready) is State.DISABLED
    people.turn_on(ready, kari, now)
    response = client.post(ADDRESS, {"to": "off", "text": "no category"})
    assert response.status_code == 422
    assert 'href="#switch-category"' in response.content.decode()
    assert state(ready) is State.ENABLED


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_missing_is_named_with_the_way_there(
    method: str, hlf: Organization, kari: User, as_person: SignIn
) -> None:
    response = getattr(as_person(kari), method)(ADDRESS, {"to": "on", "version": "0", "text": "Now"})
    assert response.status_code == 409
    assert "is not ready to be turned on" in words(response)
    assert 'href="/o/hlf/connector/#system"' in response.content.decode()
    assert not Switch.objects.filter(enabled=True).exists()


def test_an_unmapped_expense_type_leads_to_the_mapping(
    ready: Organization, kari: User, as_person: SignIn
) -> None:
    store.note_expense_types(organization=ready, names=["lodging"])
    response = as_person(kari).get(ADDRESS, {"to": "on"})
    assert response.status_code == 409
    assert 'href="/o/hlf/connector/#mapping"' in response.content.decode()


def test_on_is_refused_when_somebody_was_quicker_and_says_who(
    ready: Organization, kari: User, grete: User, as_person: SignIn, now: datetime
) -> None:
    client = as_person(kari)
    client.get(ADDRESS, {"to": "on"})
    people.turn_on(ready, grete, now)
    as_person(grete).post(ADDRESS, {"to": "off", "category": "incident"})
    response = client.post(ADDRESS, {"to": "on", "version": "0", "text": "Now"})
    assert response.status_code == 412
    assert "Grete Global changed the switch" in words(response)
    assert "Something is wrong" in words(response)
    assert state(ready) is State.DISABLED


def test_off_is_carried_out_although_somebody_was_quicker(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.turn_on(ready, kari, now)
    as_person(kari).post(ADDRESS, {"to": "off", "version": "0", "category": "incident"})
    assert state(ready) is State.DISABLED


def test_turning_on_what_is_on_changes_nothing_and_says_so(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.turn_on(ready, kari, now)
    client = as_person(kari)
    client.get(ADDRESS, {"to": "on"})
    assert "is already on. Nothing was changed." in words(client.get("/o/hlf/connector/"))
    client.post(ADDRESS, {"to": "on", "version": "1", "text": "Again"})
    assert "is already on. Nothing was changed." in words(client.get("/o/hlf/connector/"))
    assert len(toggles(ready)) == 1


def test_an_address_without_a_wanted_state_turns_nothing(
    ready: Organization, kari: User, as_person: SignIn
) -> None:
    client: Client = as_person(kari)
    for response in (client.get(ADDRESS), client.get(ADDRESS, {"to": "toggle"}), client.post(ADDRESS)):
        assert response.status_code == 303
    assert toggles(ready) == []


def test_while_it_is_being_turned_off_the_page_says_so(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.turn_on(ready, kari, now)
    Switch.objects.update(
        stop_requested_at=now, stop_requested_by_id="x", stop_requested_by_name="Kari", stop_reason="Stop"
    )
    assert "Being turned off – 0 are finishing" in words(as_person(kari).get("/o/hlf/connector/"))


def test_the_same_question_is_a_dialog_for_htmx(ready: Organization, kari: User, as_person: SignIn) -> None:
    response = as_person(kari).get(ADDRESS, {"to": "on"}, headers=HTMX)
    page = response.content.decode()
    assert page.lstrip().startswith("<dialog")
    assert response.headers["HX-Retarget"] == "#dialog-slot"
    assert f'action="{ADDRESS}"' in page


def test_a_mistake_in_the_dialog_comes_back_into_the_dialog(
    ready: Organization, kari: User, as_person: SignIn
) -> None:
    response = as_person(kari).post(ADDRESS, {"to": "on", "version": "0", "text": ""}, headers=HTMX)
    assert response.status_code == 422
    assert response.headers["HX-Reselect"] == "#switch-dialog"


def test_a_dialog_whose_session_ended_leads_to_the_sign_in(hlf: Organization, as_person: SignIn) -> None:
    response = as_person(None).get(ADDRESS, {"to": "on"}, headers=HTMX)
    assert response.headers["HX-Redirect"].startswith("/sign-in/?next=")


def test_turning_it_off_says_what_the_accounting_system_posts_without_us(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    """Only of a system that posts by itself: a draft waits for a person, whatever the switch says."""
    people.turn_on(ready, kari, now)
    people.approve_some(ready, 2, now)
    Posting.objects.filter(organization=ready).update(state=PostingState.DELIVERED, voucher={})
    told = "2 vouchers are in the accounting system's import already"
    client = as_person(kari)
    assert told not in words(client.get(ADDRESS, {"to": "off"}))
    Connector.objects.filter(organization=ready).update(kind="xledger")
    assert told in words(client.get(ADDRESS, {"to": "off"}))
    client.post(ADDRESS, {"to": "off", "version": "1", "category": "planned"})
    assert told in words(client.get("/o/hlf/connector/"))


@pytest.mark.parametrize(("characters", "status"), [(500, 303), (501, 422)])
def test_a_long_reason_is_taken_whole_or_refused_never_cut(
    characters: int, status: int, ready: Organization, kari: User, as_person: SignIn
) -> None:
    client = as_person(kari)
    page = client.get(ADDRESS, {"to": "on"})
    assert "maxlength" not in page.content.decode()
    version = read.switch_of(organization=ready).version
    response = client.post(ADDRESS, {"to": "on", "version": version, "text": "x" * characters})
    assert response.status_code == status
    assert [len(entry.reason) for entry in toggles(ready)] == ([characters] if status == 303 else [])
