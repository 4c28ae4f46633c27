"""Comparisons through the API: made, listed, shown, downloaded."""

from datetime import datetime

from sluse.api.tests.conftest import Caller
from sluse.organizations.models import Organization, User
from sluse.sync.models import Difference, Reconciliation

PATH = "organizations/hlf/reconciliations"


def made(of: Organization, now: datetime) -> Reconciliation:
    row = Reconciliation.objects.create(
        organization=of,
        trigger="nightly",
        by_id="system",
        by_name="Sluse",
        since=now.date(),
        created_at=now,
        finished_at=now,
        outcome="different",
        ours=1,
        ours_ore=31_000,
        theirs=1,
        theirs_ore=30_999,
    )
    Difference.objects.create(
        reconciliation=row,
        kind="amount_differs",
        reference="RAAAAAAAAAAAAAAAA",
        our_state="posted",
        our_ore=31_000,
        their_stage="posted",
        their_ore=30_999,
        voucher_number="=1+1",
    )
    return row


def test_one_is_shown_with_everything_that_differs(hlf: Organization, as_kari: Caller, now: datetime) -> None:
    row = made(hlf, now)
    [listed] = as_kari("GET", PATH).json()["items"]
    shown = as_kari("GET", f"{PATH}/{row.pk}").json()
    assert "differences" not in listed
    assert listed.items() <= shown.items()
    assert (shown["ours_total"], shown["theirs_total"], shown["outcome"]) == ("310.00", "309.99", "different")
    [difference] = shown["differences"]
    assert (difference["kind"], difference["our_total"], difference["posting_id"]) == (
        "amount_differs",
        "310.00",
        None,
    )
    text = as_kari("GET", f"{PATH}/{row.pk}/differences.csv").getvalue().decode()
    assert "'=1+1" in text, "a spreadsheet computes nothing"


def test_another_organizations_is_not_found(
    other: Organization, ola: User, hlf: Organization, as_kari: Caller, now: datetime
) -> None:
    row = made(other, now)
    for address in (f"{PATH}/{row.pk}", f"{PATH}/{row.pk}/differences.csv"):
        assert as_kari("GET", address).status_code == 404


def test_without_a_connector_there_is_nothing_to_compare_with(hlf: Organization, as_kari: Caller) -> None:
    assert as_kari("POST", PATH, {}).json()["code"] == "no_connector"
    assert as_kari("POST", PATH, {"since": "yesterday"}).json()["errors"][0]["path"] == "since"
