"""Status: is it on, did it work, what comes next; and figures that follow a run without a reload."""

from datetime import datetime, timedelta

import pytest

from sluse.connectors.models import Connector
from sluse.organizations.models import Organization, User
from sluse.sync.models import Posting, Run, State
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words
from tests import people

PAGE, CURRENT = "/o/hlf/", "/o/hlf/current/"


def test_it_says_that_nothing_is_lost_while_it_is_off(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 3, now)
    page = words(as_person(kari).get(PAGE))
    assert "Nothing is sent. What is approved waits and is not lost." in page
    assert "930,00 kr" in page
    assert "Microsoft Dynamics 365 Business Central" in page


def test_each_kind_of_trouble_is_named_with_a_way_to_it(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 4, now)
    people.turn_on(ready, kari, now)
    _put(ready, "R-0", state=State.FAILED, held=False, reason_detail="Blocked")
    _put(ready, "R-1", state=State.UNKNOWN, voucher={}, next_try_at=now)
    _put(ready, "R-2", state=State.CONFLICT, held=False, voucher={})
    page = as_person(kari).get(PAGE).content.decode()
    for state in ("failed", "unknown", "conflict"):
        assert f'href="/o/hlf/postings/?state={state}"' in page
    assert "A person must decide." in page


def test_the_last_thirty_days_are_a_drawing_and_a_table(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 2, now)
    _post(ready, "R-0", now)
    _post(ready, "R-1", now - timedelta(days=40))
    _run(ready, now, ended=True, failed=2)
    page = words(as_person(kari).get(PAGE))
    assert "1 posted, 310,00 kr. 2 refused." in page


def test_nothing_is_answered_while_nothing_has_changed(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    run = _run(ready, now, ended=True, failed=0)
    client = as_person(kari)
    assert client.get(CURRENT, {"seen": str(run.pk)}).status_code == 204
    assert client.get(CURRENT, {"seen": ""}).status_code == 200


def test_a_run_under_way_shows_how_far_it_is_and_speaks_at_each_quarter_only(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 4, now)
    run = _run(ready, now, ended=False, failed=1)
    client = as_person(kari)
    page = client.get(CURRENT, {"is_running": "yes", "seen": str(run.pk), "milestone": "0"})
    assert '<progress max="5" value="1"' in page.content.decode()
    assert 'data-hx-trigger="every 2s"' in page.content.decode()
    assert "1 of 5 done." not in words(page)  # a fifth: the quarter is still to come
    Run.objects.filter(pk=run.pk).update(failed=2)
    Posting.objects.filter(external_id="R-0").update(state=State.FAILED, held=False)
    again = client.get(CURRENT, {"is_running": "yes", "seen": str(run.pk), "milestone": "0"})
    assert "2 of 5 done." in words(again)
    assert 'id="standing"' not in again.content.decode()


def test_when_a_run_ends_every_figure_comes_anew(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    run = _run(ready, now, ended=True, failed=3)
    page = as_person(kari).get(CURRENT, {"is_running": "yes", "seen": str(run.pk), "milestone": "75"})
    assert "The run has ended: 0 of 3 posted, 0,00 kr; 3 failed." in words(page)
    for part in ("figures", "standing", "sync-now", "attention", "runs"):
        assert f'<div id="{part}" data-hx-swap-oob="innerHTML">' in page.content.decode()


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({"total": 14, "delivered": 14}, "14 of 14 delivered, to be posted in {system}"),
        (
            {"total": 5, "posted": 2, "delivered": 1, "failed": 1, "unknown": 1, "posted_ore": 62000},
            "2 of 5 posted, 620,00 kr; 1 delivered, to be posted in {system}",
        ),
        ({"total": 2, "posted": 2, "posted_ore": 62000}, "2 of 2 posted, 620,00 kr"),
        ({}, "Nothing was waiting"),
    ],
)
def test_what_was_delivered_has_arrived_although_nothing_is_in_the_ledger_yet(
    counts: dict[str, int],
    sentence: str,
    ready: Organization,
    kari: User,
    as_person: SignIn,
    now: datetime,
) -> None:
    run = _run(ready, now, ended=True, failed=0)
    Run.objects.filter(pk=run.pk).update(outcome="succeeded", **counts)
    wanted = sentence.format(system="Microsoft Dynamics 365 Business Central")
    client = as_person(kari)
    assert words(client.get(PAGE)).count(wanted) == 2  # beside the queue, and among the latest runs
    assert wanted in words(client.get("/o/hlf/connector/"))
    left = "; 1 failed; 1 of unknown outcome" if counts.get("unknown") else ""
    told = words(client.get(CURRENT, {"is_running": "yes", "seen": str(run.pk)}))
    assert f"The run has ended: {wanted}{left}." in told


def _put(organization: Organization, external_id: str, **fields: object) -> None:
    Posting.objects.filter(organization=organization, external_id=external_id).update(**fields)


def _post(organization: Organization, external_id: str, at: datetime) -> None:
    _put(organization, external_id, state=State.POSTED, held=False, voucher={}, erp_id="1", posted_at=at)


def _run(organization: Organization, now: datetime, *, ended: bool, failed: int) -> Run:
    return Run.objects.create(
        organization=organization,
        trigger="manual",
        by_id="1",
        by_name="Kari",
        switch_version=1,
        created_at=now,
        finished_at=now if ended else None,
        total=failed,
        failed=failed,
        outcome="failed" if ended else "",
    )


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (30, "The credentials of the accounting system end in 30 days"),
        (1, "The credentials of the accounting system end in 1 day"),
        (0, "The credentials of the accounting system end today"),
        (-2, "The credentials of the accounting system have ended"),
    ],
)
def test_credentials_that_end_soon_are_said_with_the_way_to_new_ones(
    ready: Organization, rune: User, as_person: SignIn, now: datetime, days: int, sentence: str
) -> None:
    Connector.objects.update(credentials_expire_on=now.date() + timedelta(days=days))
    page = as_person(rune).get("/o/hlf/").content.decode()
    assert f'href="/o/hlf/connector/#system">{sentence}</a>' in page


def test_credentials_that_last_are_not_spoken_of(
    ready: Organization, rune: User, as_person: SignIn, now: datetime
) -> None:
    Connector.objects.update(credentials_expire_on=now.date() + timedelta(days=31))
    assert "credentials of the accounting system" not in words(as_person(rune).get("/o/hlf/"))
