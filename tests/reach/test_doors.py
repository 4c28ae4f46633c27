"""Who opens which door, and that nothing of it is left for the next."""

from datetime import datetime

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from sluse import reach
from sluse.organizations import access
from sluse.organizations.access import Right
from sluse.organizations.errors import NotFoundError
from sluse.organizations.models import Organization, Role, User
from sluse.reach import NOTHING, PLATFORM, Reach
from sluse.reach.middleware import ReachMiddleware
from sluse.sync import conditions, digest, news, sweep
from sluse.sync.database import step
from sluse.sync.models import Schedule
from tests import scene

MONDAY_AT_SEVEN = datetime.fromisoformat("2026-11-23T07:07:00+01:00")


def told() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('sluse.organization', true), ''),"
            " coalesce(current_setting('sluse.platform', true), '')"
        )
        organization, platform = cursor.fetchone()
    return str(organization), str(platform)


@pytest.fixture
def hlf(db: None) -> Organization:
    return scene.organization()


@pytest.fixture
def kari(hlf: Organization) -> User:
    return scene.administrator(hlf)


def test_the_door_of_an_organization_reaches_no_further(hlf: Organization, kari: User) -> None:
    with reach.nothing():
        access.organization_for(user=kari, slug=hlf.slug, right=Right.READ)
        assert reach.current() == Reach(organization_id=hlf.pk)
        assert told() == (str(hlf.pk), "")


def test_a_closed_door_opens_nothing(hlf: Organization) -> None:
    stranger = scene.member(scene.organization("nbf", "NBF"), "per@nbf.example", "Per", Role.AUDITOR)
    with reach.nothing():
        with pytest.raises(NotFoundError):
            access.organization_for(user=stranger, slug=hlf.slug, right=Right.READ)
        with pytest.raises(NotFoundError):
            access.require_platform(user=stranger)
        assert reach.current() == NOTHING


def test_a_request_begins_with_nothing_and_leaves_nothing(hlf: Organization, kari: User) -> None:
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(reach.current())
        access.organization_for(user=kari, slug=hlf.slug, right=Right.READ)
        return HttpResponse()

    ask = ReachMiddleware(view)
    ask(HttpRequest())
    ask(HttpRequest())
    assert seen == [NOTHING, NOTHING]
    assert reach.current() == PLATFORM


def test_what_is_sent_while_it_is_read_is_still_within(hlf: Organization, kari: User) -> None:
    def view(request: HttpRequest) -> StreamingHttpResponse:
        access.organization_for(user=kari, slug=hlf.slug, right=Right.READ)
        return StreamingHttpResponse(told()[0] for _part in range(2))

    answer = ReachMiddleware(view)(HttpRequest())
    assert isinstance(answer, StreamingHttpResponse)
    assert b"".join(answer) == str(hlf.pk).encode() * 2


async def test_a_step_knows_whose_slice_it_belongs_to(committed_database: None) -> None:
    with reach.organization(organization_id=7):
        assert await step(reach.current) == Reach(organization_id=7)
    with reach.nothing():
        assert await step(reach.current) == NOTHING


def test_the_clock_goes_from_one_organization_to_the_next(
    hlf: Organization, kari: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock sees whose turn it is. Whatever is done for one is done within its walls."""
    seen: list[Reach] = []

    def look(*_arguments: object, **_names: object) -> int:
        seen.append(reach.current())
        return 0

    Schedule.objects.create(organization=hlf, next_run_at=MONDAY_AT_SEVEN)
    scene.configure(hlf, kari)
    monkeypatch.setattr(sweep, "_start_if_due", look)
    monkeypatch.setattr(news, "tell_of", look)
    monkeypatch.setattr(conditions, "concerned", lambda **_now: [hlf.pk])
    monkeypatch.setattr(digest, "_send", look)
    for job in (sweep.sweep, news.tell, digest.send_due):
        with reach.nothing():
            job(now=MONDAY_AT_SEVEN)
    assert seen == [Reach(organization_id=hlf.pk)] * 3
