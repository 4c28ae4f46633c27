"""A platform as full as it gets: rows written by the database itself, in the shapes the screens read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from sluse.audit.models import Chain, Entry
from sluse.organizations.models import Organization, User
from sluse.reimbursements.models import Line, Reimbursement
from sluse.sync.models import Posting, Run
from sluse.up import schema
from tests import people


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    organizations: int
    postings: int
    entries: int


SHARE_OF_THE_LARGEST = 10
"""One organization in a thousand has a tenth of everything: its pages are the slowest."""
SHARE_THAT_IS_OFF = 5
RUNS_EACH = 60
DOCUMENT = json.dumps(
    {
        "external_id": "R-1",
        "version": 1,
        "claimant_number": "V00001",
        "currency": "NOK",
        "total_ore": 31000,
        "approved_at": "2026-11-05T10:00:00+01:00",
        "lines": [
            {"expense_type": "mileage", "date": "2026-11-03", "amount_ore": 31000, "text": "Styremøte"}
        ],
    }
)
LARGEST = "(SELECT min(id) FROM organizations_organization)"
STATE = "CASE WHEN n % 97 = 0 THEN 'failed' WHEN n % 53 = 0 THEN 'pending' ELSE 'posted' END"
EACH_POSTING = "sync_posting p"
MOMENT = "now() - (n % 4000) * interval '1 hour'"


def fill(size: Size) -> None:
    owner = (
        f"CASE WHEN n % {SHARE_OF_THE_LARGEST} = 0 THEN {LARGEST} "
        f"ELSE {LARGEST} + (n * 7919::bigint) % {size.organizations} END"
    )
    _insert(
        Organization,
        _numbers(size.organizations),
        {"slug": "'org-' || n", "name": "'Lag nummer ' || n", "created_at": "now()"},
    )
    _insert(Run, _numbers(size.organizations * RUNS_EACH), _run())
    _insert(Posting, _numbers(size.postings), _posting(owner))
    _insert(Reimbursement, EACH_POSTING, _reimbursement())
    _insert(Line, EACH_POSTING, _line())
    _insert(Entry, _numbers(size.entries), _entry(owner))
    _end_the_chains()


def set_up(person: User) -> None:
    """Every organization has its connector and mapping; four of five are on."""
    for number, organization in enumerate(Organization.objects.order_by("pk")):
        people.make_ready(organization, person, timezone.now())
        if number % SHARE_THAT_IS_OFF:
            people.turn_on(organization, person, timezone.now())


def clean() -> None:
    """What autovacuum does in a database that lives: statistics, and the map that lets an index answer alone."""
    with schema.owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _run() -> dict[str, str]:
    moment = f"now() - (n % {RUNS_EACH}) * interval '12 hours'"
    return {
        "id": "gen_random_uuid()",
        "organization_id": f"{LARGEST} + (n - 1) / {RUNS_EACH}",
        "trigger": "'scheduled'",
        "by_id": "'system'",
        "by_name": "'Sluse'",
        "switch_version": "1",
        "created_at": moment,
        "started_at": moment,
        "finished_at": moment,
        "total": "20",
        "posted": "18",
        "failed": "2",
        "posted_ore": "558000",
        "outcome": "'partial'",
    }


def _posting(owner: str) -> dict[str, str]:
    return {
        "id": "gen_random_uuid()",
        "organization_id": owner,
        "external_id": "'R-' || n",
        "reference": "'R' || lpad(n::text, 16, 'A')",
        "number": "NULL",
        "state": STATE,
        "document": f"'{DOCUMENT}'",
        "total_ore": "31000",
        "voucher": "'{}'",
        "erp_id": "n::text",
        "voucher_number": "n::text",
        "reason_code": f"CASE WHEN {STATE} = 'failed' THEN 'account_blocked' ELSE '' END",
        "reason_detail": f"CASE WHEN {STATE} = 'failed' THEN 'Kontoen ' || n % 20 || ' er sperret.' ELSE '' END",
        "created_at": MOMENT,
        "posted_at": f"CASE WHEN {STATE} = 'posted' THEN {MOMENT} END",
    }


def _reimbursement() -> dict[str, str]:
    """What each posting is of."""
    return {
        "id": "p.id",
        "organization_id": "p.organization_id",
        "external_id": "p.external_id",
        "claimant_number": "'V00001'",
        "currency": "'NOK'",
        "total_ore": "p.total_ore",
        "content_hash": "repeat('0', 64)",
        "status": "'approved'",
        "approved_by": "'leder@lag.example'",
        "approved_at": "p.created_at",
        "posting_id": "p.id",
        "created_at": "p.created_at",
    }


def _line() -> dict[str, str]:
    return {
        "reimbursement_id": "p.id",
        "position": "0",
        "expense_type": "'mileage'",
        "date": "'2026-11-03'",
        "amount_ore": "p.total_ore",
        "text": "'Styremøte'",
    }


def _entry(owner: str) -> dict[str, str]:
    return {
        "organization_id": owner,
        "organization_slug": "'org'",
        "sequence": f"row_number() OVER (PARTITION BY {owner} ORDER BY n)",
        "at": MOMENT,
        "type": "CASE WHEN n % 50 = 0 THEN 'run' ELSE 'attempt' END",
        "actor_id": "'system'",
        "actor_name": "'Sluse'",
        "connector_kind": "'xledger'",
        "new_state": "'posted'",
        "posting_id": "gen_random_uuid()",
        "error": "CASE WHEN n % 40 = 0 THEN 'Refused' ELSE '' END",
        "details": "'{}'",
        "hash": "repeat('0', 64)",
    }


def _insert(model: type[Model], source: str, columns: Mapping[str, str]) -> None:
    """A row for each row of the source. What is not named gets the model's own default."""
    fields = [field for field in model._meta.concrete_fields if field.attname != "id" or "id" in columns]
    blank = model()
    written, values = [], list[Any]()
    for field in fields:
        if field.attname in columns:
            written.append(columns[field.attname].replace("%", "%%"))
        else:
            written.append("%s")
            values.append(field.get_db_prep_save(getattr(blank, field.attname), connection))
    names = ", ".join(f'"{field.column}"' for field in fields)
    rows = f"SELECT {', '.join(written)} FROM {source}"
    statement = f'INSERT INTO "{model._meta.db_table}" ({names}) {rows}'
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _numbers(count: int) -> str:
    return f"generate_series(1, {count}) n"


def _end_the_chains() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{Chain._meta.db_table}" (organization_id, sequence, hash) '
            "SELECT organization_id, max(sequence), repeat('0', 64) FROM audit_entry GROUP BY organization_id"
        )
