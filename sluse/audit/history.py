"""Questions to a long log whose answers are short: each is a few steps down an index, however many rows there are."""

from collections.abc import Sequence

from django.db import connection

from sluse.audit.models import Entry

ACTORS_SHOWN_MAX = 200
NEWEST = """
SELECT newest.* FROM unnest(%(types)s::text[]) AS wanted(type), LATERAL (
    SELECT * FROM audit_entry WHERE organization_id = %(organization_id)s AND type = wanted.type
    ORDER BY sequence DESC LIMIT %(limit)s
) newest
ORDER BY newest.sequence DESC LIMIT %(limit)s
"""
ACTORS = """
WITH RECURSIVE actor AS (
    (SELECT actor_id, actor_name FROM audit_entry WHERE organization_id = %(organization_id)s
     ORDER BY actor_id, sequence DESC LIMIT 1)
    UNION ALL
    SELECT following.* FROM actor, LATERAL (
        SELECT actor_id, actor_name FROM audit_entry
        WHERE organization_id = %(organization_id)s AND actor_id > actor.actor_id
        ORDER BY actor_id, sequence DESC LIMIT 1
    ) following
)
SELECT actor_id, actor_name FROM actor LIMIT %(limit)s
"""


def newest(*, organization_id: int, types: Sequence[str], limit: int) -> list[Entry]:
    """The newest rows of some types among many of others, newest first."""
    wanted = {"organization_id": organization_id, "types": list(types), "limit": limit}
    return list(Entry.objects.raw(NEWEST, wanted))


def actors(*, organization_id: int) -> list[tuple[str, str]]:
    """Everybody who stands in the log, members or not: number and newest name, by name."""
    with connection.cursor() as cursor:
        cursor.execute(ACTORS, {"organization_id": organization_id, "limit": ACTORS_SHOWN_MAX})
        found = cursor.fetchall()
    return sorted(((str(number), str(name)) for number, name in found), key=lambda one: one[1].casefold())
