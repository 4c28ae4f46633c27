"""Queue and failures: by cause, tried again, settled by hand; pages that neither repeat nor skip."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils.html import escape

from sluse.audit.models import Entry, Type
from sluse.organizations.models import Organization, User
from sluse.sync.models import Posting, State
from sluse.web import queue_page
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words
from tests import people

PAGE = "/o/hlf/postings/"
RETRY = "/o/hlf/postings/retry/"


@pytest.fixture
def failures(ready: Organization, now: datetime) -> Organization:
    """R-0 and R-1 for a blocked account, R-2 for an unknown vendor, R-3 waits."""
    people.approve_some(ready, 4, now)
    _fail(ready, ["R-0", "R-1"], "account_blocked", "Account 7100 is blocked.")
    _fail(ready, ["R-2"], "vendor_unknown", "There is no such vendor.")
    return ready


def test_failures_stand_by_cause_with_what_to_do(
    failures: Organization, kari: User, as_person: SignIn
) -> None:
    page = as_person(kari).get(PAGE)
    text = words(page)
    assert text.index("Account 7100 is blocked. 2 postings 620,00 kr") < text.index(
        "There is no such vendor."
    )
    assert "own words: Blocked, says the system" in text
    assert page.content.decode().count('href="/o/hlf/connector/#mapping"') == 1


def test_a_cause_and_its_reimbursement_open_the_accounting_system_where_it_is_mended(
    failures: Organization, kari: User, as_person: SignIn
) -> None:
    place = "https://businesscentral.dynamics.com/t/Production/?company=A%26B&page=16"
    Posting.objects.filter(external_id="R-1").update(reason_link=place)
    link = f'href="{escape(place)}" rel="noopener noreferrer"'
    client = as_person(kari)
    assert client.get(PAGE).content.decode().count(link) == 1
    assert client.get("/o/hlf/reimbursements/R-1/").content.decode().count(link) == 1
    assert "noopener" not in client.get("/o/hlf/reimbursements/R-0/").content.decode()


@pytest.mark.parametrize("place", ["javascript:alert(1)", "//evil.example", "https://a b"])
def test_the_schema_takes_nothing_but_addresses_as_links(place: str, failures: Organization) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.filter(external_id="R-1").update(reason_link=place)


def test_all_of_a_cause_are_tried_again_and_no_other(
    failures: Organization, kari: User, as_person: SignIn
) -> None:
    client = as_person(kari)
    key = client.get(PAGE).context["causes"][0].key
    response = client.post(RETRY, {"which": key, "next": f"{PAGE}?state=failed"})
    assert response.headers["Location"] == f"{PAGE}?state=failed"
    assert _states() == {"R-0": "pending", "R-1": "pending", "R-2": "failed", "R-3": "pending"}
    assert "2 postings wait again." in words(client.get(PAGE))


def test_only_the_ticked_ones_are_tried_again(failures: Organization, kari: User, as_person: SignIn) -> None:
    ticked = Posting.objects.get(external_id="R-2").pk
    as_person(kari).post(RETRY, {"posting": [str(ticked), "no id"]})
    assert _states()["R-0"] == "failed"
    assert _states()["R-2"] == "pending"


def test_a_cause_that_is_gone_meanwhile_tries_nothing_else_again(
    failures: Organization, kari: User, as_person: SignIn
) -> None:
    client = as_person(kari)
    client.post(RETRY, {"which": "0123456789abcdef"})
    assert _states()["R-0"] == "failed"
    assert "Nothing was chosen" in words(client.get(PAGE))


def test_pages_go_on_where_the_last_one_ended(
    ready: Organization, kari: User, as_person: SignIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_page, "ROWS_PER_PAGE", 2)
    people.approve_some(ready, 5, now)
    client, seen, address = as_person(kari), [], PAGE
    while address:
        context = client.get(address).context
        seen += [row.posting.external_id for row in context["rows"]]
        address = f"{PAGE}{context['older']}" if context["older"] else ""
    assert sorted(seen) == ["R-0", "R-1", "R-2", "R-3", "R-4"]


def test_a_wrong_cursor_is_a_plain_refusal(ready: Organization, kari: User, as_person: SignIn) -> None:
    response = as_person(kari).get(PAGE, {"cursor": "forged"})
    assert response.status_code == 422
    assert "not a cursor" in words(response)


def test_booked_by_hand_is_said_with_number_and_reason_and_logged(
    failures: Organization, kari: User, as_person: SignIn
) -> None:
    posting = Posting.objects.get(external_id="R-2")
    client, address = as_person(kari), f"{PAGE}{posting.pk}/by-hand/"
    refused = client.post(address, {"voucher_number": "", "reason": ""})
    assert refused.status_code == 422
    assert _states()["R-2"] == "failed"
    response = client.post(address, {"voucher_number": "104022", "reason": "Vendor was paid in cash"})
    assert response.headers["Location"] == "/o/hlf/reimbursements/R-2/"
    posting.refresh_from_db()
    assert (posting.state, posting.voucher_number) == (State.POSTED, "104022")
    [entry] = Entry.objects.of(organization_id=failures.pk).filtered(type=Type.ATTEMPT, posting_id=posting.pk)
    assert (entry.actor_id, entry.reason) == (str(kari.pk), "Vendor was paid in cash")


def test_what_waits_or_lies_in_the_import_is_not_booked_by_hand(
    failures: Organization, kari: User, as_person: SignIn
) -> None:
    Posting.objects.filter(external_id="R-0").update(erp_id="17")
    client, written = as_person(kari), {"voucher_number": "1", "reason": "Mine"}
    for name, sentence in (("R-3", "Only a failed posting"), ("R-0", "still lies in")):
        posting = Posting.objects.get(external_id=name)
        response = client.post(f"{PAGE}{posting.pk}/by-hand/", written)
        assert sentence in words(client.get(response.headers["Location"]))
    assert "posted" not in _states().values()


@pytest.mark.parametrize("address", [RETRY, f"{PAGE}00000000-0000-0000-0000-000000000000/by-hand/"])
def test_an_auditor_changes_nothing_here(
    address: str, failures: Organization, rune: User, as_person: SignIn
) -> None:
    before = _states()
    assert as_person(rune).post(address, {"which": "all"}).status_code == 403
    assert _states() == before
    assert "<form" not in as_person(rune).get(PAGE).content.decode().split("<main")[1].replace(
        '<form class="filters"', ""
    )


def _fail(organization: Organization, names: list[str], code: str, detail: str) -> None:
    Posting.objects.filter(organization=organization, external_id__in=names).update(
        state=State.FAILED,
        held=False,
        reason_code=code,
        reason_detail=detail,
        erp_message="Blocked, says the system",
    )


def _states() -> dict[str, str]:
    return dict(Posting.objects.values_list("external_id", "state"))


@pytest.mark.parametrize("written", ["R-2", "r-2", "108042", "reference"])
def test_one_is_found_by_each_of_its_numbers(
    failures: Organization, kari: User, as_person: SignIn, written: str
) -> None:
    Posting.objects.filter(external_id="R-2").update(voucher_number="108042")
    posting = Posting.objects.get(external_id="R-2")
    rows = (
        as_person(kari)
        .get(PAGE, {"q": written.replace("reference", posting.reference.lower())})
        .context["rows"]
    )
    assert [row.posting for row in rows] == [posting]


def test_one_failure_is_tried_again_as_one(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 1, now)
    _fail(ready, ["R-0"], "account_blocked", "Account 7100 is blocked.")
    page = words(as_person(kari).get(PAGE))
    assert "Try all 1" not in page
