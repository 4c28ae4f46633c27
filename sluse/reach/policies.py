"""The rules of the rows, as operations of migrations: forced, so that they bind the owner of the tables too.

The settings are read in subqueries, once for each statement and not once for each row.
"""

from django.db.migrations import RunSQL

PLATFORM = "(SELECT current_setting('sluse.platform', true) = 'on')"
ORGANIZATION = "(SELECT nullif(current_setting('sluse.organization', true), '')::bigint)"

WALL = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY reach ON {table} USING ({rule});
"""
NO_WALL = """
DROP POLICY reach ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
SEEN_BY_ALL = "CREATE POLICY of_the_platform ON {table} FOR SELECT USING ({column} IS NULL);"
NOT_SEEN_BY_ALL = "DROP POLICY of_the_platform ON {table};"


def by_organization(table: str, column: str = "organization_id") -> RunSQL:
    """Rows without an organization are the platform's."""
    return _wall(table, f"{column} = {ORGANIZATION} OR {PLATFORM}")


def by_parent(table: str, parent: str, column: str) -> RunSQL:
    """A row is seen by whoever sees the row it belongs to."""
    return _wall(table, f"{PLATFORM} OR EXISTS (SELECT FROM {parent} WHERE {parent}.id = {table}.{column})")


def shown_to_all(table: str, column: str = "organization_id") -> RunSQL:
    """What the platform says to everybody: seen, and not changed, from within any organization."""
    names = {"table": table, "column": column}
    return RunSQL(SEEN_BY_ALL.format(**names), NOT_SEEN_BY_ALL.format(**names))


def _wall(table: str, rule: str) -> RunSQL:
    return RunSQL(WALL.format(table=table, rule=rule), NO_WALL.format(table=table))
