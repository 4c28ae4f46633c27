"""The badge of the sync log: when its chain was verified, up to which row, or where it is broken."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from sluse.audit import verifying
from sluse.audit.models import Verified
from sluse.organizations.models import Organization, User
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words

PAGE = "/o/hlf/log/"
START = f"{PAGE}verification/start/"
BADGE = f"{PAGE}verification/"
FRAGMENT = {"HX-Request": "true"}
LATE = datetime.fromisoformat("2026-11-26T23:30:00+00:00")


def jobs() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE task_name = 'verify'")
        return [str(name) for (name,) in cursor.fetchall()]


def test_a_log_that_nobody_has_verified_says_so(hlf: Organization, rune: User, as_person: SignIn) -> None:
    assert "Not verified yet" in words(as_person(rune).get(PAGE))


def test_the_badge_has_the_day_of_the_organizations_own_zone(
    hlf: Organization, rune: User, as_person: SignIn
) -> None:
    Verified.objects.create(organization_id=hlf.pk, ended_at=LATE, ended_through=1234)
    assert "Verified on 27 November 2026 up to row 1" in words(as_person(rune).get(PAGE))


def test_a_break_says_where_and_what_to_do(hlf: Organization, rune: User, as_person: SignIn) -> None:
    facts = {"broken_row": 7, "broken_because": "changed", "ended_through": 6}
    Verified.objects.create(organization_id=hlf.pk, ended_at=LATE, **facts)
    page = words(as_person(rune).get(PAGE))
    assert "Broken at row 7, found on 27 November 2026" in page
    assert (
        "Row 7 was changed after it was written. The rows before it are whole. Change nothing by hand."
        in page
    )


@pytest.mark.parametrize("who", ["rune", "kari"])
def test_auditor_and_administrator_hand_it_to_a_worker(
    hlf: Organization,
    request: pytest.FixtureRequest,
    who: str,
    as_person: SignIn,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client = as_person(request.getfixturevalue(who))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(START)["Location"] == PAGE
    assert jobs() == ["verify"]
    page = client.get(PAGE)
    assert f"0 of {verifying.end_of(organization_id=hlf.pk)} rows verified" in words(page)
    assert f'data-hx-get="{BADGE}"' in page.content.decode()
    assert START not in page.content.decode()


def test_the_end_is_said_aloud_once_and_nothing_is_asked_for_any_more(
    hlf: Organization, rune: User, as_person: SignIn, now: datetime
) -> None:
    client = as_person(rune)
    verifying.ask(organization_id=hlf.pk, now=now)
    assert "spoken-status" not in client.get(BADGE, headers=FRAGMENT).content.decode()
    while verifying.go_on(organization_id=hlf.pk, now=now + timedelta(seconds=1)):
        pass
    badge = client.get(BADGE, headers=FRAGMENT).content.decode()
    assert 'id="spoken-status"' in badge
    assert "data-hx-get" not in badge
    assert client.get(BADGE)["Location"] == PAGE


def test_nobody_else_has_the_log_verified(hlf: Organization, ola: User, as_person: SignIn) -> None:
    assert as_person(ola).post(START).status_code == 404
    assert as_person(ola).get(BADGE, headers=FRAGMENT).status_code == 404
    assert not Verified.objects.exists()
