"""Integration management: every organization, its health, its switch in the administrator's own name."""

from datetime import datetime, timedelta

from sluse.audit.models import Entry, Type
from sluse.gate import holds, read
from sluse.gate.models import Switch
from sluse.gate.read import State
from sluse.organizations import access
from sluse.organizations.models import Organization, User
from sluse.sync.models import Posting, Schedule
from sluse.sync.models import State as PostingState
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words
from tests import people

PAGE = "/platform/"


def test_every_organization_has_its_row(
    ready: Organization, other: Organization, grete: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 2, now)
    response = as_person(grete).get(PAGE)
    told = words(response).replace("\xa0", " ")
    assert "2 of 2 organizations" in told
    assert f"{ready.name} Microsoft Dynamics 365 Business Central" in told
    assert f"{other.name} None" in told
    assert "2 620,00 kr" in told
    assert 'id="switch-hlf"' in response.content.decode()


def test_a_missing_run_is_told_beside_what_else_is_wrong(
    ready: Organization, kari: User, grete: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 1, now)
    people.turn_on(ready, kari, now)
    client, missing = as_person(grete), "No run for a day"
    assert missing not in words(client.get(PAGE))
    long_ago = now - timedelta(days=10)
    Switch.objects.filter(organization=ready).update(since=long_ago)
    Schedule.objects.filter(organization=ready).update(changed_at=long_ago)
    Posting.objects.filter(organization=ready).update(state=PostingState.FAILED, held=False)
    assert missing in words(client.get(PAGE))
    status = words(client.get("/o/hlf/"))
    assert "1 posting was refused" in status
    assert missing in status


def test_the_switch_is_turned_in_the_global_administrators_own_name(
    ready: Organization, grete: User, as_person: SignIn
) -> None:
    client = as_person(grete)
    address = "/platform/hlf/switch/?q=h%C3%B8rsel&status=disabled"
    assert client.get("/platform/hlf/switch/", {"to": "on", "q": "hørsel"}).status_code == 200
    response = client.post(address, {"to": "on", "version": "0", "text": "Asked for by HLF"})
    assert response.headers["Location"] == "/platform/?q=h%C3%B8rsel&status=disabled"
    assert read.switch_of(organization=ready).state is State.ENABLED
    entry = Entry.objects.of(organization_id=ready.pk).filtered(type=Type.SWITCH).get()
    assert entry.actor_id == str(grete.pk)
    assert "is on." in words(client.get(PAGE))


def test_rows_are_found_by_name_number_connector_and_health(
    ready: Organization, other: Organization, grete: User, as_person: SignIn, now: datetime
) -> None:
    client = as_person(grete)
    Organization.objects.filter(pk=other.pk).update(organization_number="974760673")

    def found(**query: str) -> set[str]:
        page = client.get(PAGE, query).content.decode()
        return {organization.slug for organization in (ready, other) if f'"/o/{organization.slug}/"' in page}

    assert found(q="landsforbund") == {"hlf"}
    assert found(q="974 760 673") == {"turlaget"}
    assert found(connector="business_central") == {"hlf"}
    assert found(connector="none") == {"turlaget"}
    assert found(status="disabled") == {"hlf"}
    assert found(status="not_configured") == {"turlaget"}
    assert found(status="nonsense") == {"hlf", "turlaget"}
    assert found(q="nothing like it") == set()
    assert "No organization matches" in words(client.get(PAGE, {"q": "nothing like it"}))


def test_a_problem_is_marked_in_words(
    ready: Organization, grete: User, as_person: SignIn, now: datetime
) -> None:
    people.turn_on(ready, grete, now)
    holds.trip_breaker(
        organization=ready,
        reason="The credentials are refused.",
        actor=access.actor_of(grete),
        connector_kind="business_central",
        now=now,
    )
    response = as_person(grete).get(PAGE)
    assert 'data-health="failing"' in response.content.decode()
    assert "Failing 1 hold" in words(response)


def test_a_platform_without_organizations_says_what_to_do(grete: User, as_person: SignIn) -> None:
    assert "There are no organizations yet" in words(as_person(grete).get(PAGE))


def test_an_organization_that_is_not_ready_is_told_what_is_missing(
    hlf: Organization, grete: User, as_person: SignIn
) -> None:
    response = as_person(grete).get("/platform/hlf/switch/", {"to": "on"})
    assert response.status_code == 409
    assert 'href="/o/hlf/connector/#system"' in response.content.decode()
