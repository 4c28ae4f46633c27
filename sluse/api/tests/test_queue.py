"""Postings, runs and the log over HTTP."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from sluse.api.tests.conftest import Caller
from sluse.api.tests.test_reimbursements import pages
from sluse.audit.models import Entry
from sluse.organizations.models import Organization, User
from sluse.sync.models import Posting, Run, State
from tests import people

ORGANIZATION = "organizations/hlf"
RUNS, POSTINGS, LOG = f"{ORGANIZATION}/sync-runs", f"{ORGANIZATION}/postings", f"{ORGANIZATION}/sync-log"

VENDORS = "https://businesscentral.dynamics.com/5106d0e1-1111-4000-8000-00000000d3e0/Production/?page=27"


@pytest.fixture
def approved(ready: Organization, now: datetime) -> Organization:
    people.approve_some(ready, 3, now)
    return ready


def fail(external_id: str) -> Posting:
    row = Posting.objects.get(external_id=external_id)
    row.state, row.held = State.FAILED, False
    row.reason_code, row.reason_detail = "vendor_unknown", "The claimant is not known."
    row.reason_link = VENDORS
    row.save()
    return row


# --- postings -------------------------------------------------------------------------------------


def test_postings_are_listed_and_shown(as_kari: Caller, approved: Organization) -> None:
    failed = fail("R-1")

    listed = [row for page in pages(as_kari, f"{POSTINGS}?limit=2") for row in page]
    pending = as_kari("GET", f"{POSTINGS}?state=pending").json()["items"]
    one = as_kari("GET", f"{POSTINGS}/{failed.pk}").json()

    assert {row["external_id"] for row in listed} == {"R-0", "R-1", "R-2"}
    assert {row["external_id"] for row in pending} == {"R-0", "R-2"}
    assert one.pop("history") == []
    assert one in listed
    assert (one["state"], one["total"], one["attempts"], one["voucher_number"]) == (
        "failed",
        "310.00",
        0,
        None,
    )
    assert one["reason"] == {
        "code": "vendor_unknown",
        "detail": "The claimant is not known.",
        "link": VENDORS,
    }
    assert pending[0]["reason"] is None
    assert pending[0]["held"] is True


def test_failed_postings_are_tried_again(as_kari: Caller, approved: Organization) -> None:
    one, other = fail("R-0"), fail("R-1")

    by_id = as_kari("POST", f"{POSTINGS}/retry", {"ids": [str(one.pk)]})
    rest = as_kari("POST", f"{POSTINGS}/retry", {"all_failed": True})

    assert (by_id.json(), rest.json()) == ({"retried": 1}, {"retried": 1})
    other.refresh_from_db()
    assert (other.state, other.held) == (State.PENDING, True)


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": ["1"]}, {"ids": ["1"], "all_failed": True}])
def test_a_retry_names_what_it_means(as_kari: Caller, body: Any) -> None:
    assert as_kari("POST", f"{POSTINGS}/retry", body).status_code == 422


def test_the_postings_of_others_are_not_tried_again(
    as_kari: Caller, other: Organization, now: datetime
) -> None:
    people.approve_some(other, 1, now)
    theirs = fail("R-0")

    assert as_kari("POST", f"{POSTINGS}/retry", {"ids": [str(theirs.pk)]}).json() == {"retried": 0}
    assert as_kari("GET", f"{POSTINGS}/{theirs.pk}").status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == State.FAILED


# --- runs -----------------------------------------------------------------------------------------


def test_a_run_is_refused_while_the_switch_is_off_and_the_refusal_logged(
    as_kari: Caller, approved: Organization, kari: User
) -> None:
    answer = as_kari("POST", RUNS, {"dry_run": False})

    assert (answer.status_code, answer.json()["code"]) == (409, "connector_disabled")
    assert not Run.objects.exists()
    refusal = Entry.objects.get(type="refused")
    assert (refusal.actor_id, refusal.trigger) == (str(kari.pk), "manual")


def test_a_run_is_started_once(as_kari: Caller, approved: Organization, kari: User, now: datetime) -> None:
    people.turn_on(approved, kari, now)

    started, again = as_kari("POST", RUNS, {}), as_kari("POST", RUNS, {"dry_run": False})

    run = started.json()
    assert (started.status_code, run["trigger"], run["by"], run["outcome"]) == (
        202,
        "manual",
        "Kari Nordmann",
        None,
    )
    assert as_kari("GET", started["Location"]).json() == run
    assert (again.status_code, again.json()["code"]) == (409, "sync_already_running")
    assert again.json()["run_id"] == run["id"]
    assert as_kari("GET", RUNS).json() == {"items": [run], "next_cursor": None}


def test_a_dry_run_shows_the_vouchers_while_the_switch_is_off_and_leaves_no_trace(
    as_kari: Caller, approved: Organization
) -> None:
    before = (Entry.objects.count(), list(Posting.objects.order_by("pk").values()))

    answer = as_kari("POST", RUNS, {"dry_run": True})

    told = answer.json()
    assert (answer.status_code, told["ready"], told["refused"], told["total"]) == (200, 3, 0, "930.00")
    assert {line["amount"] for line in told["items"][0]["voucher"]["lines"]} == {"310.00", "-310.00"}
    assert (Entry.objects.count(), list(Posting.objects.order_by("pk").values())) == before
    assert not Run.objects.exists()


def test_a_dry_run_tells_every_problem(as_kari: Caller, approved: Organization) -> None:
    as_kari("PUT", f"{ORGANIZATION}/mapping", {"expense_types": {}})

    told = as_kari("POST", RUNS, {"dry_run": True}).json()

    assert (told["ready"], told["refused"], told["total"]) == (0, 3, "0.00")
    assert told["items"][0]["voucher"] is None
    assert told["items"][0]["problems"][0]["code"]


# --- the log --------------------------------------------------------------------------------------


def test_the_log_is_read_newest_first_page_by_page(as_kari: Caller, approved: Organization) -> None:
    whole = [row for page in pages(as_kari, f"{LOG}?limit=2") for row in page]

    numbers = [int(row["id"]) for row in whole]
    assert numbers == list(range(Entry.objects.count(), 0, -1))
    assert {row["organization"] for row in whole} == {"hlf"}


def test_the_log_is_filtered(as_kari: Caller, approved: Organization) -> None:
    as_kari("POST", RUNS, {})

    def types(query: str) -> set[str]:
        return {row["type"] for row in as_kari("GET", f"{LOG}?{query}").json()["items"]}

    assert types("type=mapping") == {"mapping"}
    assert types("status=error") == {"refused"}
    assert "refused" not in types("status=ok")
    assert types("type=&status=") >= {"mapping", "refused", "settings"}
    assert as_kari("GET", f"{LOG}?type=poem").status_code == 422


def test_the_log_is_cut_by_time(as_kari: Caller, approved: Organization, now: datetime) -> None:
    total = Entry.objects.filter(organization_id=approved.pk).count()
    today = timezone.localdate(now)

    def count(query: str) -> int:
        return len(as_kari("GET", f"{LOG}?{query}").json()["items"])

    assert count(f"from={quote(now.isoformat())}") == total
    assert count(f"from={now.isoformat()}") == total  # with the plus sign read as a blank
    assert count(f"to={quote(now.isoformat())}") == 0
    assert count(f"from={today}&to={today}") == total
    assert count(f"to={today - timedelta(days=1)}") == 0
    assert count(f"from={today + timedelta(days=1)}") == 0


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-13-01", "2026-11-05T10:00:00", "9999-12-31", "0001-01-01T00:00:00%2B14:00"]
)
@pytest.mark.parametrize("name", ["from", "to"])
def test_a_time_that_is_none(as_kari: Caller, name: str, text: str) -> None:
    answer = as_kari("GET", f"{LOG}?{name}={text}")

    assert answer.status_code == (200 if (name, text) == ("from", "9999-12-31") else 422)


def test_the_csv_holds_exactly_the_filter(as_kari: Caller, approved: Organization) -> None:
    answer = as_kari("GET", f"{LOG}.csv?type=mapping")
    listed = as_kari("GET", f"{LOG}?type=mapping").json()["items"]

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="sync-log-hlf.csv"'
    assert answer["Cache-Control"] == "no-store"
    assert [row["hash"] for row in rows] == [row["hash"] for row in listed]
    assert len(rows) == 1


def test_the_csv_runs_nothing_in_a_spreadsheet(as_kari: Caller, ready: Organization) -> None:
    reason = {"state": "enabled", "reason": "=HYPERLINK(1)"}
    as_kari("PUT", f"{ORGANIZATION}/connector/switch", reason, if_match='"0"')

    text = b"".join(as_kari("GET", f"{LOG}.csv?type=switch").streaming_content).decode()

    assert ";'=HYPERLINK(1);" in text
