"""Comparisons on screen: one's own alone, read by an auditor, made by an administrator."""

import uuid
from datetime import timedelta

from django.utils import timezone

from sluse.organizations.models import Organization, User
from sluse.sync.models import ComparisonRequest, Difference, Reconciliation
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words
from tests import people

PAGE = "/o/hlf/reconciliation/"


def compared(of: Organization, outcome: str, *, error: str = "", days_ago: int = 0) -> Reconciliation:
    at = timezone.now() - timedelta(days=days_ago)
    return Reconciliation.objects.create(
        organization=of,
        trigger=Reconciliation.Trigger.NIGHTLY,
        by_id="system",
        by_name="Sluse",
        since=at.date(),
        created_at=at,
        finished_at=at,
        outcome=outcome,
        error=error,
    )


def test_an_auditor_reads_and_is_offered_nothing_to_do(
    ready: Organization, rune: User, as_person: SignIn
) -> None:
    compared(ready, Reconciliation.Outcome.EQUAL)
    page = as_person(rune).get(PAGE).content.decode()
    assert "Nothing differs" in page
    assert "Compare now" not in page
    assert as_person(rune).post(f"{PAGE}compare/").status_code == 403


def test_each_kind_says_what_to_do_and_the_file_has_the_same_rows(
    ready: Organization, rune: User, as_person: SignIn
) -> None:
    row = compared(ready, Reconciliation.Outcome.DIFFERENT)
    for kind in Difference.Kind:
        Difference.objects.create(reconciliation=row, kind=kind, reference=f"R{kind}"[:20], our_ore=100)
    client = as_person(rune)
    page = client.get(PAGE)
    assert [len(rows) for _name, _advice, rows in page.context["groups"]] == [1] * len(Difference.Kind)
    table = client.get(f"{PAGE}{row.pk}/differences.csv").getvalue().decode()
    assert len(table.strip().splitlines()) == 1 + len(Difference.Kind)
    assert "The latest comparison found differences" in client.get("/o/hlf/").content.decode()


def test_one_that_failed_is_no_sign_that_all_is_well(
    ready: Organization, kari: User, as_person: SignIn
) -> None:
    compared(ready, Reconciliation.Outcome.EQUAL, days_ago=1)
    compared(ready, Reconciliation.Outcome.FAILED, error="The server is away.")
    page = as_person(kari).get(PAGE)
    assert page.context["look"].color == "danger"
    assert "The server is away." in page.content.decode()
    assert "The latest comparison could not be made" in as_person(kari).get("/o/hlf/").content.decode()


def test_another_organizations_comparison_does_not_exist(
    ready: Organization, kari: User, as_person: SignIn
) -> None:
    other = people.organization("nbf", "Norges Blindeforbund", timezone.now())
    row = compared(other, Reconciliation.Outcome.EQUAL)
    client = as_person(kari)
    assert client.get("/o/nbf/reconciliation/").status_code == 404
    for number in (row.pk, uuid.uuid4()):
        assert client.get(f"{PAGE}{number}/").status_code == 404
        assert client.get(f"{PAGE}{number}/differences.csv").status_code == 404


def test_without_an_accounting_system_it_says_so(hlf: Organization, kari: User, as_person: SignIn) -> None:
    client = as_person(kari)
    assert "Choose an accounting system first." in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}compare/").headers["Location"] == PAGE
    assert client.get(PAGE).content.decode().count("Choose an accounting system first.") > 1


def test_what_is_asked_for_is_told_until_it_is_done(
    ready: Organization, kari: User, rune: User, as_person: SignIn
) -> None:
    client = as_person(kari)
    assert client.post(f"{PAGE}compare/").headers["Location"] == PAGE
    page = words(client.get(PAGE))
    assert "The comparison has begun." in page
    assert "Kari Nordmann asked for it" in page
    assert "Compare now" not in page
    assert client.get(f"{PAGE}under-way/").status_code == 204
    assert client.post(f"{PAGE}compare/").headers["Location"] == PAGE
    assert "it is not done yet. Nothing was started." in words(client.get(PAGE))
    ComparisonRequest.objects.all().delete()
    compared(ready, Reconciliation.Outcome.EQUAL)
    assert "The comparison is done: Nothing differs" in words(as_person(rune).get(f"{PAGE}under-way/"))
