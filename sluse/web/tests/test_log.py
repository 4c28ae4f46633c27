"""The sync log on screen: filters in the address, each row with its own, files of exactly what is shown."""

import json
from datetime import datetime, timedelta

from sluse.audit import record
from sluse.audit.actor import SYSTEM
from sluse.audit.models import Entry, Type
from sluse.organizations.models import Organization, User
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words

PAGE = "/o/hlf/log/"


def test_filters_stand_in_the_address_and_the_files_hold_exactly_those_rows(
    ready: Organization, rune: User, kari: User, as_person: SignIn
) -> None:
    client = as_person(rune)
    query = {"type": "mapping", "person": str(kari.pk)}
    page = client.get(PAGE, query)
    shown = [entry.sequence for entry, _words in page.context["rows"]]
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


def _record(organization: Organization, at: datetime) -> None:
    record.record(
        record.NewEntry(
            organization_id=organization.pk,
            organization_slug=organization.slug,
            type=Type.TEST,
            actor=SYSTEM,
            at=at,
        )
    )
