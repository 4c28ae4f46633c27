"""Raw SQL as the application: PostgreSQL itself shows, takes and gives no row of another organization."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from sluse import reach
from sluse.organizations.models import Organization, Role
from sluse.webhooks import secret
from tests import people, scene

WALLS = """
SELECT relname, relrowsecurity AND relforcerowsecurity,
       EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND polname = 'reach' AND polcmd = '*')
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
OF_EVERYBODY = {
    "connectors_pace",  # a keyed hash of a token or application, which organizations may share
    "organizations_organization",  # the directory itself
    "organizations_user",
    "sync_incarnation",
}
REFUSAL = r"row-level security|A switch begins disabled"
"""The switch has a rule of its own, which speaks first."""
OWN = ("audit", "connectors", "gate", "organizations", "reimbursements", "sync", "vouchers", "webhooks")


@pytest.fixture
def both(db: None) -> tuple[Organization, Organization]:
    """Two organizations with a row in most tables."""
    grete = people.global_administrator(timezone.now())
    made = []
    for slug in ("hlf", "nbf"):
        organization = scene.organization(slug, slug.upper())
        now = timezone.now()
        people.make_ready(organization, grete, now)
        people.approve_some(organization, 1, now)
        people.member(organization, f"kari@{slug}.example", "Kari", Role.ADMINISTRATOR, now)
        people.turn_on(organization, grete, now)
        secret.make(organization=organization, actor=scene.KARI, now=now)
        made.append(organization)
    return made[0], made[1]


def tables() -> list[str]:
    return [model._meta.db_table for app in OWN for model in apps.get_app_config(app).get_models()]


def rows(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


def changed(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


@pytest.mark.django_db
def test_every_table_has_its_wall_or_is_known_to_be_everybodys() -> None:
    walls = {name: (forced, ruled) for name, forced, ruled in rows(WALLS)}
    without = {name for name in tables() if walls[name] != (True, True)}
    assert without == OF_EVERYBODY


def test_nothing_is_seen_with_nothing_in_reach(both: tuple[Organization, Organization]) -> None:
    filled = {table for table in walled() if count(table)}
    assert len(filled) > 10
    with reach.nothing():
        assert {table: seen for table in walled() if (seen := count(table))} == {}


def test_one_organization_sees_its_own_rows_alone(both: tuple[Organization, Organization]) -> None:
    first, second = both
    for table in walled():
        with reach.organization(organization_id=first.pk):
            one = count(table)
        with reach.organization(organization_id=second.pk):
            other = count(table)
        assert one + other == count(table), table


@pytest.mark.parametrize("verb", ["UPDATE {} SET organization_id = organization_id", "DELETE FROM {}"])
def test_no_row_of_another_is_changed(both: tuple[Organization, Organization], verb: str) -> None:
    first, second = both
    for table in walled(column=True):
        with reach.organization(organization_id=first.pk):
            statement = f"{verb.format(table)} WHERE organization_id = {second.pk}"
            assert without_rights(statement) or changed(statement) == 0, table


def test_no_row_is_given_to_another(both: tuple[Organization, Organization]) -> None:
    first, second = both
    for model in walled_models():
        columns = [f'"{field.column}"' for field in model._meta.concrete_fields]
        values = [str(second.pk) if name == '"organization_id"' else name for name in columns]
        table = model._meta.db_table
        with reach.organization(organization_id=first.pk):
            if not count(table):
                continue
            statement = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table}"  # noqa: S608 - names of ours
            with pytest.raises(DatabaseError, match=REFUSAL), transaction.atomic():
                rows(statement)


def test_the_platforms_stop_is_seen_by_all_and_ended_by_none(both: tuple[Organization, Organization]) -> None:
    first, _second = both
    stop = "INSERT INTO gate_hold (kind, reason, since, by_id, by_name, time_zone, ended_by_id, ended_by_name, ended_reason)"
    with reach.organization(organization_id=first.pk):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            rows(f"{stop} VALUES ('platform', 'x', now(), 'x', 'x', 'UTC', '', '', '')")
        assert changed("UPDATE gate_hold SET reason = 'x' WHERE organization_id IS NULL") == 0


def test_what_was_told_goes_with_a_rollback_and_is_told_anew(both: tuple[Organization, Organization]) -> None:
    first, _second = both
    with reach.organization(organization_id=first.pk):
        sid = transaction.savepoint()
        own = count("sync_posting")
        transaction.savepoint_rollback(sid)
        assert count("sync_posting") == own == 1


def walled(*, column: bool = False) -> Iterator[str]:
    return iter([model._meta.db_table for model in (walled_models() if column else _all_walled())])


def walled_models() -> list[type[models.Model]]:
    """Those with a number of their organization, the log's two beside the foreign keys."""
    return [
        model
        for model in _all_walled()
        if any(field.column == "organization_id" for field in model._meta.concrete_fields)
    ]


def _all_walled() -> list[type[models.Model]]:
    found = [model for app in OWN for model in apps.get_app_config(app).get_models()]
    return [model for model in found if model._meta.db_table not in OF_EVERYBODY]


def count(table: str) -> int:
    [(found,)] = rows(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of ours
    assert isinstance(found, int)
    return found


def without_rights(statement: str) -> bool:
    """The log is refused for another reason already."""
    return "audit_entry" in statement
