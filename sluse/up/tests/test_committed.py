"""Tests that need real commits: what threads, processes and database steps see, and that nothing of it stays."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connections
from django.utils import timezone

from sluse.audit.actor import SYSTEM
from sluse.audit.models import Entry
from sluse.organizations import directory
from sluse.organizations.models import Organization
from sluse.sync.database import step
from sluse.up.postgres import Server
from tests import database

COUNT = (
    "import django; django.setup(); from sluse.organizations.models import Organization;"
    "print(Organization.objects.count())"
)


def create_organization() -> None:
    directory.create_organization(slug="hlf", name="HLF", actor=SYSTEM, now=timezone.now())


def count_and_close() -> int:
    try:
        return Organization.objects.count()
    finally:
        connections.close_all()


@pytest.mark.usefixtures("committed_database")
def test_threads_and_processes_see_what_is_committed(process_environment: dict[str, str]) -> None:
    create_organization()

    with ThreadPoolExecutor(max_workers=1) as threads:
        assert threads.submit(count_and_close).result() == 1
    told = subprocess.run(
        [sys.executable, "-c", COUNT], env=process_environment, capture_output=True, text=True, check=True
    )
    assert told.stdout == "1\n"


@pytest.mark.usefixtures("committed_database")
async def test_so_do_the_database_steps_of_the_worker() -> None:
    await step(create_organization)

    assert await step(Organization.objects.count) == 1


@pytest.mark.usefixtures("committed_database")
def test_everything_is_emptied_even_the_log_that_nobody_else_can_empty(database_server: Server) -> None:
    create_organization()
    assert Entry.objects.exists()
    connections.close_all()

    database.empty(server=database_server)

    assert not Entry.objects.exists()
    assert not Organization.objects.exists()
    with (
        psycopg.connect(database_server.owner_url) as owner,
        pytest.raises(psycopg.Error, match="append-only"),
    ):
        owner.execute("TRUNCATE audit_entry")


@pytest.mark.django_db
def test_nothing_of_it_is_left_for_the_next_test() -> None:
    assert not Organization.objects.exists()
    assert not Entry.objects.exists()
