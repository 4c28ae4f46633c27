"""The sync log on screen: filters in the address, each row with its own, files of exactly what is shown."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from sluse.audit import record
from sluse.audit.actor import SYSTEM
from sluse.audit.models import Entry, Type
from sluse.organizations.models import Membership, Organization, User
from sluse.sync.models import Posting
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words
from sluse.web.views import log
from tests import people

PAGE = "/o/hlf/log/"


def test_filters_stand_in_the_address_and_the_files_hold_exactly_those_rows(
    ready: Organization, rune: User, kari: User, as_person: SignIn
) -> None:
    client = as_person(rune)
    query = {"type": "mapping", "person": str(kari.pk)}
    page = client.get(PAGE, query)
    shown = [row.entry.sequence for row in page.context["rows"]]
    assert shown == list(
        Entry.objects.of(organization_id=ready.pk)
        .filter(type=Type.MAPPING)
        .values_list("sequence", flat=True)
    )
    assert f'href="/o/hlf/log.csv{page.context["kept"].replace("&", "&amp;")}"' in page.content.decode()
    lines = client.get("/o/hlf/log.jsonl", query).getvalue().decode().splitlines()
    assert [int(json.loads(line)["id"]) for line in lines] == shown
    table = client.get("/o/hlf/log.csv", query).getvalue().decode()
    assert len(table.strip().splitlines()) == 1 + len(shown)


def test_a_day_is_meant_whole_in_the_organizations_own_zone(
    hlf: Organization, rune: User, as_person: SignIn
) -> None:
    for moment in ("2026-03-01T22:59:59+00:00", "2026-03-01T23:00:00+00:00", "2026-03-02T22:59:59+00:00"):
        _record(hlf, datetime.fromisoformat(moment))
    rows = as_person(rune).get(PAGE, {"from": "2026-03-02", "to": "2026-03-02"}).context["rows"]
    assert len(rows) == 2


def test_the_last_seven_days_leave_out_the_eighth(
    hlf: Organization, rune: User, as_person: SignIn, now: datetime
) -> None:
    _record(hlf, now - timedelta(days=8))
    kept = as_person(rune).get(PAGE, {"when": "week", "type": "test"}).context["rows"]
    every = as_person(rune).get(PAGE, {"type": "test"}).context["rows"]
    assert (len(kept), len(every)) == (0, 1)


def test_what_cannot_be_shown_is_said_and_not_passed_over(
    hlf: Organization, rune: User, as_person: SignIn
) -> None:
    client = as_person(rune)
    assert "From day comes after to day" in words(
        client.get(PAGE, {"from": "2026-03-02", "to": "2026-03-01"})
    )
    assert "“i går” is not a day" in words(client.get(PAGE, {"from": "i går"}))
    assert "The period is used" in words(client.get(PAGE, {"when": "week", "to": "2026-03-01"}))
    assert client.get(PAGE, {"when": "week"}).context["mistakes"] == {}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"type": "nonsense"}, "type"),
        ({"status": "nonsense"}, "status"),
        ({"when": "nonsense"}, "when"),
        ({"when": "week", "from": "2026-03-01"}, "when"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "to"),
        ({"to": "nonsense"}, "to"),
    ],
)
def test_each_mistake_stands_beside_its_field(
    hlf: Organization, rune: User, as_person: SignIn, query: dict[str, str], field: str
) -> None:
    page = as_person(rune).get(PAGE, query)
    assert list(page.context["mistakes"]) == [field]
    assert f'name="{field}" aria-invalid="true" aria-describedby="log-{field}_error"' in page.content.decode()
    assert page.content.decode().count(f'id="log-{field}_error"') == 1


@pytest.mark.parametrize("name", ["run", "posting"])
def test_a_link_cut_short_is_said_to_name_nothing(
    hlf: Organization, rune: User, as_person: SignIn, name: str
) -> None:
    assert "“0123” names no run" in words(as_person(rune).get(PAGE, {name: "0123"}))


def test_the_table_holds_words_and_no_code(
    ready: Organization, rune: User, as_person: SignIn, now: datetime
) -> None:
    facts = {
        "connector_kind": "fake",
        "new_state": "skipped",
        "reason": "hold_active",
        "trigger": "scheduled",
    }
    number = _record(ready, now, **facts).sequence
    page, row = (words(as_person(rune).get(address)) for address in (PAGE, f"{PAGE}{number}/"))
    assert "It was on hold" in page
    assert "hold_active" not in page
    assert "Scheduled" in row


def test_a_row_about_the_connector_names_it(
    ready: Organization, rune: User, as_person: SignIn, now: datetime
) -> None:
    _record(ready, now, connector_kind="business_central")
    [row] = as_person(rune).get(PAGE, {"type": "test", "when": "today"}).context["rows"][:1]
    assert str(row.about) == "Microsoft Dynamics 365 Business Central"
    assert row.address == "/o/hlf/connector/"


def test_everybody_who_acted_can_be_chosen_members_or_not(
    ready: Organization, kari: User, rune: User, as_person: SignIn
) -> None:
    Membership.objects.filter(user=kari).delete()
    page = as_person(rune).get(PAGE)
    assert (str(kari.pk), kari.display_name) in page.context["people"]
    assert (SYSTEM.id, SYSTEM.name) in page.context["people"]


def test_a_row_leads_to_the_reimbursement_it_is_about(
    ready: Organization, kari: User, rune: User, as_person: SignIn, now: datetime
) -> None:
    people.approve_some(ready, 1, now)
    people.turn_on(ready, kari, now)
    posting = Posting.objects.get(external_id="R-0")
    _record(ready, now, posting_id=posting.pk)
    page = as_person(rune).get(PAGE, {"posting": str(posting.pk)})
    assert '<a class="ds-link" href="/o/hlf/reimbursements/R-0/">R-0</a>' in page.content.decode()
    assert "1 row matches." in words(page)


def test_more_rows_than_anybody_reads_are_not_counted(
    hlf: Organization, rune: User, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "ROWS_COUNTED_MAX", 1)
    assert "More than 1 rows match." in words(as_person(rune).get(PAGE))


def test_a_row_has_its_own_address_with_the_hashes(hlf: Organization, rune: User, as_person: SignIn) -> None:
    entry = Entry.objects.of(organization_id=hlf.pk)[0]
    page = words(as_person(rune).get(f"{PAGE}{entry.sequence}/"))
    assert entry.hash in page
    assert as_person(rune).get(f"{PAGE}999/").status_code == 404


def test_another_organizations_rows_and_files_do_not_exist(
    hlf: Organization, ola: User, as_person: SignIn
) -> None:
    for address in (PAGE, f"{PAGE}1/", "/o/hlf/log.csv", "/o/hlf/log.jsonl"):
        assert as_person(ola).get(address).status_code == 404


def _record(organization: Organization, at: datetime, **facts: Any) -> Entry:
    return record.record(
        record.NewEntry(
            organization_id=organization.pk,
            organization_slug=organization.slug,
            type=Type.TEST,
            actor=SYSTEM,
            at=at,
            **facts,
        )
    )
