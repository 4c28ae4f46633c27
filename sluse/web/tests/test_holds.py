"""Windows, the breaker and the platform's stop on the screens, without JavaScript."""

from datetime import datetime, timedelta

import pytest

from sluse.audit.models import Entry
from sluse.gate import holds, read
from sluse.gate.models import Hold
from sluse.organizations import access
from sluse.organizations.models import Organization, User
from sluse.sync import holding
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words
from tests import people

PAGE = "/o/hlf/connector/"
WINDOWS = f"{PAGE}holds/"
WINDOW = {"starts": "2199-12-24T18:00", "ends": "2199-12-27T06:00", "reason": "Christmas"}


def states() -> list[str]:
    return list(Entry.objects.filter(type="hold").order_by("pk").values_list("new_state", flat=True))


def window_now(of: Organization, by: User, now: datetime) -> Hold:
    starts, ends = (f"{now + timedelta(days=days):%Y-%m-%dT%H:%M}" for days in (-1, 1))
    return holding.plan_window(
        organization=of, starts=starts, ends=ends, reason="Upgrade", actor=access.actor_of(by), now=now
    )


def test_kari_plans_a_window_and_rune_sees_it(
    ready: Organization, kari: User, rune: User, as_person: SignIn
) -> None:
    client = as_person(kari)
    response = client.post(WINDOWS, WINDOW)
    assert response.headers["Location"] == f"{PAGE}#windows"
    page = as_person(rune).get(PAGE)
    assert "24 December 2199 at 18:00 – 27 December 2199 at 06:00 Christmas Planned by Kari" in words(page)
    assert WINDOWS not in page.content.decode()
    assert states() == ["window_planned"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"ends": "2199-12-24T06:00"}, "The window must end after it begins."),
        ({"starts": "tonight"}, "Write date and time as"),
        ({"reason": ""}, "Say why in a few words."),
    ],
)
def test_a_mistake_is_told_beside_its_field(
    ready: Organization, kari: User, as_person: SignIn, changed: dict[str, str], told: str
) -> None:
    response = as_person(kari).post(WINDOWS, WINDOW | changed)
    assert response.status_code == 422
    assert told in words(response)
    assert f'href="#window-{next(iter(changed))}"' in response.content.decode()
    assert states() == []


def test_a_window_is_changed_and_cancelled(ready: Organization, kari: User, as_person: SignIn) -> None:
    client = as_person(kari)
    client.post(WINDOWS, WINDOW)
    one = f"{WINDOWS}{Hold.objects.get().pk}/"
    assert 'value="2199-12-24T18:00"' in client.get(f"{one}change/").content.decode()
    assert client.post(f"{one}change/", WINDOW | {"ends": "2199-12-28T06:00"}).status_code == 303
    assert "28 December 2199" in words(client.get(PAGE))
    assert "Cancel the maintenance window?" in words(client.get(f"{one}end/"))
    assert client.post(f"{one}end/", {"reason": ""}).status_code == 422
    assert client.post(f"{one}end/", {"reason": "Not this year"}).status_code == 303
    assert "No window is planned." in words(client.get(PAGE))
    assert client.post(f"{one}end/", {"reason": "Again"}).status_code == 422
    assert states() == ["window_planned", "window_changed", "window_cancelled"]


def test_every_page_says_that_a_window_is_on_and_when_it_ends(
    ready: Organization, kari: User, rune: User, as_person: SignIn, now: datetime
) -> None:
    people.turn_on(ready, kari, now)
    hold = window_now(ready, kari, now)
    for person, address in ((rune, PAGE), (kari, PAGE), (kari, f"{PAGE}switch/?to=off")):
        told = words(as_person(person).get(address))
        assert "On hold: maintenance window Upgrade Since" in told
        assert "Ends by itself" in told
    assert "End the maintenance window now?" in words(as_person(kari).get(f"{WINDOWS}{hold.pk}/end/"))


def test_the_breaker_is_cleared_from_the_banner(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.turn_on(ready, kari, now)
    actor = access.actor_of(kari)
    holds.trip_breaker(organization=ready, reason="Refused.", actor=actor, connector_kind="x", now=now)
    client = as_person(kari)
    address = f"{WINDOWS}{Hold.objects.get().pk}/end/"
    assert f'href="{address}"' in client.get(PAGE).content.decode()
    assert "Clear the automatic stop? Refused." in words(client.get(address))
    client.post(address, {"reason": "A new secret"})
    assert read.holds_of(organization=ready, now=now) == []
    assert "On hold" not in words(client.get(PAGE))


@pytest.mark.parametrize("who", ["rune", "ola"])
def test_others_change_no_hold(
    who: str, ready: Organization, kari: User, rune: User, ola: User, as_person: SignIn, now: datetime
) -> None:
    hold = window_now(ready, kari, now)
    client = as_person({"rune": rune, "ola": ola}[who])
    expected = {"rune": 403, "ola": 404}[who]
    for path in ("", f"{hold.pk}/change/", f"{hold.pk}/end/"):
        assert client.post(WINDOWS + path, WINDOW).status_code == expected
    assert states() == ["window_planned"]


def test_another_organizations_hold_is_not_found(
    ready: Organization, other: Organization, kari: User, ola: User, as_person: SignIn, now: datetime
) -> None:
    hold = window_now(other, ola, now)
    for act in ("change", "end"):
        assert as_person(kari).post(f"{WINDOWS}{hold.pk}/{act}/", WINDOW).status_code == 404


def test_grete_stops_the_platform_and_everybody_is_told(
    ready: Organization, kari: User, grete: User, as_person: SignIn, now: datetime
) -> None:
    people.turn_on(ready, kari, now)
    client = as_person(grete)
    assert 'href="/platform/stop/"' in client.get("/platform/").content.decode()
    assert "Stop sending for every organization?" in words(client.get("/platform/stop/"))
    assert client.post("/platform/stop/", {"reason": ""}).status_code == 422
    assert client.post("/platform/stop/", {"reason": "Wrong vouchers"}).status_code == 303
    told = words(client.get("/platform/"))
    assert "The platform is stopped. Nothing is on its way." in told
    assert "The whole platform is stopped Wrong vouchers Since" in told
    assert "On hold: the whole platform is stopped Wrong vouchers" in words(as_person(kari).get(PAGE))
    assert "Wrong vouchers" in words(client.get("/platform/stop/end/"))
    client.post("/platform/stop/end/", {"reason": "Mended"})
    assert "On hold" not in words(as_person(kari).get(PAGE))
    assert states() == ["platform_stopped", "platform_resumed"]
    client.post("/platform/stop/end/", {"reason": "Mended"})
    assert "The platform is not stopped." in words(client.get("/platform/"))


@pytest.mark.parametrize("address", ["/platform/stop/", "/platform/stop/end/"])
def test_the_platform_is_for_its_administrators(
    address: str, ready: Organization, kari: User, as_person: SignIn
) -> None:
    assert as_person(kari).post(address, {"reason": "x"}).status_code == 404
    assert states() == []
