"""Many switches at once: who changes is shown, the count is typed, and each is told what came of it."""

from datetime import datetime

import pytest

from sluse.audit.models import Entry, Type
from sluse.gate import read
from sluse.gate.read import State
from sluse.organizations.models import Organization, User
from sluse.sync import bulk
from sluse.web import platform_rows
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words
from tests import people

PAGE, SWITCHES = "/platform/", "/platform/switches/"


@pytest.fixture
def third(grete: User, now: datetime) -> Organization:
    found = people.organization("fjell", "Fjellklubben", now)
    people.make_ready(found, grete, now)
    people.turn_on(found, grete, now)
    return found


def test_who_changes_who_is_there_and_who_is_not_ready_is_shown_first(
    ready: Organization, other: Organization, third: Organization, grete: User, as_person: SignIn
) -> None:
    page = words(as_person(grete).get(SWITCHES, {"to": "on", "organization": ["hlf", "turlaget", "fjell"]}))
    assert f"1 organization is turned on {ready.name}" in page
    assert f"1 is on already {third.name}" in page
    assert f"1 is not ready {other.name}: " in page
    assert read.switch_of(organization=ready).state is State.DISABLED


def test_the_typed_number_is_what_turns_them_and_each_has_its_row(
    ready: Organization, third: Organization, grete: User, as_person: SignIn, now: datetime
) -> None:
    people.turn_on(ready, grete, now)
    client = as_person(grete)
    form = {"to": "off", "organization": ["hlf", "fjell"], "reason": "Month end"}
    assert client.post(SWITCHES, form | {"count": "1"}).status_code == 422
    assert read.switch_of(organization=ready).state is State.ENABLED
    page = words(client.post(SWITCHES, form | {"count": "2"}))
    assert "2 organizations were turned." in page
    for organization in (ready, third):
        assert read.switch_of(organization=organization).state is State.DISABLED
        newest = Entry.objects.of(organization_id=organization.pk).filtered(type=Type.SWITCH)[0]
        assert (newest.actor_id, newest.reason) == (str(grete.pk), "Month end")


def test_one_that_was_turned_meanwhile_is_refused_and_the_others_are_not(
    ready: Organization, other: Organization, grete: User, as_person: SignIn, now: datetime
) -> None:
    people.make_ready(other, grete, now)
    form = {"to": "on", "organization": ["hlf", "turlaget"], "reason": "Start", "count": "2"}
    page = words(as_person(grete).post(SWITCHES, form | {"version-hlf": "0", "version-turlaget": "7"}))
    assert "1 organization was turned. 1 was refused." in page
    assert "Refused: Somebody changed the switch while you were deciding." in page
    assert read.switch_of(organization=ready).state is State.ENABLED
    assert read.switch_of(organization=other).state is State.DISABLED


def test_the_whole_list_of_a_filter_is_turned_and_nobody_outside_it(
    ready: Organization, third: Organization, grete: User, as_person: SignIn
) -> None:
    page = words(as_person(grete).get(SWITCHES, {"to": "off", "all": "yes", "q": "fjell"}))
    assert "1 organization is turned off Fjellklubben" in page
    assert ready.name not in page.split("Leave them as they are")[0].split("turned off")[1]


def test_none_is_a_plain_refusal(ready: Organization, grete: User, as_person: SignIn) -> None:
    client = as_person(grete)
    for form in ({"to": "off"}, {"to": "sideways", "organization": "hlf"}):
        assert client.post(SWITCHES, form).headers["Location"] == PAGE
    assert "No organization was chosen." in words(client.get(PAGE))


def test_a_list_too_long_for_one_request_is_turned_in_parts_and_whole(
    ready: Organization,
    other: Organization,
    third: Organization,
    grete: User,
    as_person: SignIn,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Turning changes the order of the page, and who is not ready stays so: neither repeats or skips anybody."""
    monkeypatch.setattr(bulk, "ORGANIZATIONS_MAX", 1)
    people.turn_on(ready, grete, now)
    people.make_ready(other, grete, now)
    people.turn_on(other, grete, now)
    client, address, turned = as_person(grete), f"{SWITCHES}?to=off&all=yes&order=health", []
    while address:
        page = client.get(address)
        [(organization, _version)] = page.context["plan"].changes
        turned.append(organization.slug)
        form = {
            "to": "off",
            "organization": organization.slug,
            "reason": "Month end",
            "going_on": page.context["going_on"],
        }
        assert client.post(SWITCHES, form | {"count": "7"}).context["going_on"] == page.context["going_on"]
        address = client.post(SWITCHES, form | {"count": "1"}).context["going_on"]
    assert turned == ["fjell", "hlf", "turlaget"]
    assert "going_on" not in words(
        client.post(SWITCHES, {"to": "off", "organization": "hlf", "going_on": "//evil.example"})
    )


def test_administrators_of_organizations_find_no_such_page(kari: User, as_person: SignIn) -> None:
    assert as_person(kari).get(SWITCHES, {"to": "off", "organization": "hlf"}).status_code == 404
    assert as_person(kari).post(SWITCHES, {"to": "off", "organization": "hlf"}).status_code == 404


def test_a_long_list_comes_in_pages_and_in_the_order_that_was_asked_for(
    ready: Organization,
    other: Organization,
    third: Organization,
    grete: User,
    as_person: SignIn,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platform_rows, "ROWS_PER_PAGE", 2)
    people.approve_some(third, 3, now)
    client = as_person(grete)

    def slugs(**query: str) -> list[str]:
        return [line.row.organization.slug for line in client.get(PAGE, query).context["lines"]]

    assert slugs() == ["fjell", "hlf"]
    assert slugs(page="2") == ["turlaget"]
    assert slugs(order="pending")[0] == "fjell"
    assert slugs(order="health")[0] == "fjell"
