"""What the application may do in its owner's database: work with every row, but not rewrite the log."""

from django.db import connection, transaction
from psycopg import sql

APPEND_ONLY_TABLES = ("audit_entry",)
FIXED_TABLES = ("django_migrations",)
"""Which migrations ran is for the owner alone to say."""

GRANTS = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
REVOKE TRUNCATE, REFERENCES, TRIGGER ON ALL TABLES IN SCHEMA public FROM {role};
REVOKE UPDATE, DELETE ON {append_only} FROM {role};
REVOKE INSERT, UPDATE, DELETE ON {fixed} FROM {role};
"""


@transaction.atomic(durable=True)
def grant(*, role: str) -> None:
    """Run as the owner, after migrations: rights cover only the tables that exist."""
    statements = sql.SQL(GRANTS).format(
        role=sql.Identifier(role),
        append_only=sql.SQL(", ").join(map(sql.Identifier, APPEND_ONLY_TABLES)),
        fixed=sql.SQL(", ").join(map(sql.Identifier, FIXED_TABLES)),
    )
    with connection.cursor() as cursor:
        cursor.execute(statements.as_string(connection.connection))
