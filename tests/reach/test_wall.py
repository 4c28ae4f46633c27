"""Raw SQL as the application: PostgreSQL itself shows, takes and gives no row of another organization."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from sluse import reach
from sluse.gate import holds
from sluse.organizations.models import Organization, Role
from sluse.webhooks import secret
from tests import people, scene
from tests.reach import filling

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
    """Two organizations with a row in every table that has a wall."""
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
        holds.trip_breaker(
            organization=organization,
            reason="x",
            actor=scene.KARI,
            connector_kind="business_central",
            now=now,
        )
        filling.fill(organization=organization, tables=_all_walled())
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
    assert [table for table in walled() if count(table) < 2] == [], "each has a row of each organization"
    with reach.nothing():
        assert {table: seen for table in walled() if (seen := count(table))} == {}


def test_one_organization_sees_its_own_rows_alone(both: tuple[Organization, Organization]) -> None:
    first, second = both
    for table in walled():
        with reach.organization(organization_id=first.pk):
            one = count(table)
        with reach.organization(organization_id=second.pk):
            other = count(table)
        assert one, table
        assert other, table
        assert one + other == count(table), table


@pytest.mark.parametrize("verb", ["UPDATE {table} SET {key} = {key}", "DELETE FROM {table}"])
def test_no_row_of_another_is_changed(both: tuple[Organization, Organization], verb: str) -> None:
    first, second = both
    for model in _all_walled():
        table, key = model._meta.db_table, model._meta.pk.column
        theirs = ", ".join(f"'{one}'" for one in filling.keys(model=model, organization=second))
        statement = f"{verb.format(table=table, key=key)} WHERE {key} IN ({theirs})"
        with reach.organization(organization_id=first.pk):
            assert without_rights(statement) or changed(statement) == 0, table


def test_no_row_is_given_to_another(both: tuple[Organization, Organization]) -> None:
    """A copy of one's own, with the other's number in it; or with a row of the other's as what it belongs to."""
    first, second = both
    for model in _all_walled():
        column, theirs = _owner(model, second)
        columns = [f'"{field.column}"' for field in model._meta.concrete_fields]
        values = [theirs if name == f'"{column}"' else name for name in columns]
        table = model._meta.db_table
        statement = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table}"  # noqa: S608 - names of ours
        with (
            reach.organization(organization_id=first.pk),
            pytest.raises(DatabaseError, match=REFUSAL),
            transaction.atomic(),
        ):
            rows(statement)


def test_the_platforms_stop_is_seen_by_all_and_ended_by_none(both: tuple[Organization, Organization]) -> None:
    first, _second = both
    stop = "INSERT INTO gate_hold (kind, reason, since, by_id, by_name, time_zone, ended_by_id, ended_by_name, ended_reason)"
    with reach.organization(organization_id=first.pk):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            rows(f"{stop} VALUES ('platform', 'x', now(), 'x', 'x', 'UTC', '', '', '')")
        assert changed("UPDATE gate_hold SET reason = 'x' WHERE organization_id IS NULL") == 0


def walled() -> Iterator[str]:
    return iter([model._meta.db_table for model in _all_walled()])


def _owner(model: type[models.Model], of: Organization) -> tuple[str, str]:
    """The column that says whose a row is, and what it would hold for that organization."""
    if "organization_id" in {field.column for field in model._meta.concrete_fields}:
        return "organization_id", str(of.pk)
    parent = filling.parent_of(model)
    return parent.column, f"'{filling.keys(model=parent.related_model, organization=of)[0]}'"


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
