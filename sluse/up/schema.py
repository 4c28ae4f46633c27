"""The schema, made and kept by its owner; the application gets its rights afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import migrate as django_migrate
from django.db import connection

from sluse import reach
from sluse.up import rights

ONE_AT_A_TIME = 7000
"""The advisory lock of whoever migrates, so that machines take turns. The gate has 7001 and 7002."""


def migrate(*, verbosity: int = 0) -> None:
    with reach.platform(), owner():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        call_command(django_migrate.Command(), verbosity=verbosity, interactive=False)
        if has_own_owner():
            rights.grant(role=settings.DATABASES["default"]["USER"])


def has_own_owner() -> bool:
    """With one role for both, nothing but the triggers keeps the application from rewriting its log."""
    return bool(settings.OWNER_DATABASE["USER"] != settings.DATABASES["default"]["USER"])


@contextmanager
def owner() -> Iterator[None]:
    """This thread's connection, as the owner of the schema."""
    application = connection.settings_dict
    connection.close()
    connection.settings_dict = {**application, **settings.OWNER_DATABASE}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = application
