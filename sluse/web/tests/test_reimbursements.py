"""Reimbursements on screen: the voucher as it would be sent, the story, the evidence."""

import json
from datetime import datetime

import pytest

from sluse.audit import record
from sluse.audit.actor import SYSTEM
from sluse.audit.models import Type
from sluse.organizations import access
from sluse.organizations.models import Organization, User
from sluse.reimbursements import approve, attach, correct
from sluse.sync import preview
from sluse.sync.models import Posting
from sluse.vouchers import store
from sluse.web import reimbursement_page
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words
from tests import people

PAGE = "/o/hlf/reimbursements/"


def test_one_is_shown_with_its_voucher_and_that_nothing_was_sent(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 1, now)
    text = words(as_person(kari).get(f"{PAGE}R-0/"))
    assert "The voucher as it would be sent Nothing has been sent" in text
    assert "7100" in text
    assert "Ledger of V00001" in text
    assert "It waits for the next scheduled or manual run." in text


def test_the_preview_of_the_queue_names_every_problem_by_cause(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 2, now)
    store.save(
        organization=ready,
        content={"expense_types": {"toll": {"account": "7140"}}},
        actor=access.actor_of(kari),
        now=now,
    )
    text = words(as_person(kari).get("/o/hlf/preview/"))
    assert "2 postings, 620,00 kr in all." in text
    assert "has no account. Add it to the mapping. (2 postings)" in text


def test_the_preview_goes_through_the_whole_queue_a_page_at_a_time(
    ready: Organization, kari: User, as_person: SignIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reimbursement_page, "PREVIEWED_PER_PAGE", 2)
    people.approve_some(ready, 5, now)
    client, address, seen = as_person(kari), "/o/hlf/preview/", []
    while address:
        page = client.get(address)
        seen += [item.posting.external_id for item in page.context["tried"].items]
        newer = page.context["newer"]
        address = f"/o/hlf/preview/{newer}" if newer else ""
    waiting = Posting.objects.order_by("created_at", "id").values_list("external_id", flat=True)
    assert seen == list(waiting)


def test_the_evidence_holds_the_fact_and_the_log_rows_with_their_hashes(
    ready: Organization, rune: User, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 1, now)
    posting = Posting.objects.get(external_id="R-0")
    record.record(
        record.NewEntry(
            organization_id=ready.pk,
            organization_slug=ready.slug,
            type=Type.ATTEMPT,
            actor=SYSTEM,
            at=now,
            posting_id=posting.pk,
        )
    )
    response = as_person(rune).get(f"{PAGE}R-0/evidence.json")
    assert "attachment" in response.headers["Content-Disposition"]
    evidence = json.loads(response.content)
    assert evidence["reimbursement"]["total"] == "310.00"
    assert evidence["posting"]["state"] == "pending"
    [row] = evidence["log"]
    assert row["posting_id"] == str(posting.pk)
    assert row["hash"] != row["previous_hash"] != ""


def test_they_are_found_by_number_and_status(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 3, now)
    client = as_person(kari)
    assert len(client.get(PAGE, {"q": "R-1"}).context["rows"]) == 1
    assert len(client.get(PAGE, {"status": "approved"}).context["rows"]) == 3
    assert "No reimbursement matches" in words(client.get(PAGE, {"status": "withdrawn"}))
    assert client.get(f"{PAGE}R-9/").status_code == 404


def test_its_receipts_stand_there_and_are_given_as_files(
    ready: Organization, rune: User, ola: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 1, now)
    content = b"%PDF-1.7 a receipt"
    kept = attach.attach(
        organization=ready, external_id="R-0", original_name="Bom.pdf", content=content, now=now
    ).attachment
    address = f"{PAGE}R-0/receipts/{kept.pk}/"
    page = as_person(rune).get(f"{PAGE}R-0/").content.decode()
    assert f'href="{address}"' in page
    assert "Bom.pdf" in page
    response = as_person(rune).get(address)
    assert response.content == content
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert as_person(ola).get(address).status_code == 404


def test_all_versions_are_listed_and_each_shows_its_reversal(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 1, now)
    voucher = preview.dry_run(organization=ready).items[0].voucher
    assert voucher is not None
    Posting.objects.update(
        state="posted",
        voucher=voucher.as_json(),
        held=False,
        erp_id="1",
        voucher_number="4711",
        posted_at=now,
    )
    item = people.reimbursement("R-0", now) | {"cost_centre": "20"}
    correct.correct(organization=ready, external_id="R-0", item=item, now=now)
    approve.approve(
        organization=ready, external_id="R-0", approved_by="grete@hlf.example", approved_at=now, now=now
    )
    newest = words(as_person(kari).get(f"{PAGE}R-0/"))
    assert "It waits until the earlier version is reversed." in newest
    assert "Version 2" in newest
    assert "Version 1" in newest
    first = words(as_person(kari).get(f"{PAGE}R-0/?version=1"))
    assert "Reversal of this version" in first
    assert "Waiting -310,00 kr" in first.replace("\u2212", "-")
    assert "Reversal of version 1" in words(as_person(kari).get("/o/hlf/postings/"))
