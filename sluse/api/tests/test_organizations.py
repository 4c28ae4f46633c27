"""Organizations over HTTP: created and listed by the platform."""

from datetime import datetime

import pytest

from sluse.api.tests.conftest import Caller, Token
from sluse.audit.models import Entry
from sluse.organizations.models import Organization, User
from tests import people


@pytest.fixture
def platform(grete: User, token: Token) -> Caller:
    return token(grete, "platform")


def test_one_is_created_once(platform: Caller, grete: User) -> None:
    body = {"slug": "nbf", "name": "Norges Blindeforbund", "organization_number": "971041390"}

    created, again = platform("POST", "organizations", body), platform("POST", "organizations", body)

    assert created.status_code == 201
    assert created.json()["state"] == "disabled"
    assert created.json() == platform("GET", "organizations/nbf").json()
    assert (again.status_code, again.json()["code"]) == (409, "slug_taken")
    assert Entry.objects.get(type="organization").actor_id == str(grete.pk)


def test_wrong_fields_are_named(platform: Caller) -> None:
    answer = platform("POST", "organizations", {"slug": "Æ", "name": "", "organization_number": "123456789"})

    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == ["slug", "name", "organization_number"]
    assert not Organization.objects.exists()


def test_the_list_has_a_row_each_with_what_waits(
    platform: Caller, ready: Organization, other: Organization, now: datetime
) -> None:
    people.approve_some(ready, 2, now)

    rows = {row["slug"]: row for row in platform("GET", "organizations").json()["items"]}

    assert rows["hlf"]["connector_kind"] == "business_central"
    assert (rows["hlf"]["pending"], rows["hlf"]["pending_total"], rows["hlf"]["failed"]) == (2, "620.00", 0)
    assert (rows["turlaget"]["connector_kind"], rows["turlaget"]["health"]) == (None, "not_configured")


def test_the_list_filters(
    platform: Caller, ready: Organization, other: Organization, kari: User, now: datetime
) -> None:
    def listed(query: str) -> list[str]:
        return [row["slug"] for row in platform("GET", f"organizations?{query}").json()["items"]]

    assert listed("connector=business_central") == ["hlf"]
    assert listed("connector=none") == ["turlaget"]
    assert listed("status=not_configured") == ["turlaget"]
    assert set(listed("status=disabled")) == {"hlf", "turlaget"}
    people.turn_on(ready, kari, now)
    assert listed("status=enabled") == ["hlf"]
    assert platform("GET", "organizations?status=poem").status_code == 422


def test_the_list_is_read_page_by_page(platform: Caller, now: datetime) -> None:
    for number in range(5):
        people.organization(f"o-{number}", "Same name", now)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = platform("GET", f"organizations?limit=2&cursor={cursor}").json()
        seen += [row["slug"] for row in page["items"]]
        cursor = page["next_cursor"]

    assert seen == [f"o-{number}" for number in range(5)]
