"""The heads of the logs leave the database once a day, in a mail that proves something."""

from datetime import date

import pytest
from django.core import mail
from django.utils import timezone

from sluse.audit import heads
from sluse.organizations import directory
from sluse.organizations.models import Organization, User
from sluse.sync import publication
from tests import people


@pytest.fixture
def two(committed_database: None, hlf: Organization) -> list[User]:
    """Grete reads Norwegian, Per English; Kari administers an organization and gets none."""
    people.organization("turlaget", "Turlaget", timezone.now())
    grete = people.global_administrator(timezone.now())
    per = directory.create_user(
        email="per@sluse.example",
        name="Per Global",
        password=people.PASSWORD,
        is_global_administrator=True,
        language="en",
        now=timezone.now(),
    )
    return [grete, per]


def test_every_global_administrator_gets_the_head_of_every_log(two: list[User], kari: User) -> None:
    assert publication.publish(day=date(2026, 11, 24)) == 2
    assert [letter.to for letter in mail.outbox] == [["grete@sluse.example"], ["per@sluse.example"]]
    assert "2026-11-24" in mail.outbox[1].subject
    for letter in mail.outbox:
        assert heads.read(str(letter.body).splitlines()) == publication.current()
    assert mail.outbox[0].subject != mail.outbox[1].subject


def test_without_a_log_there_is_nothing_to_send(committed_database: None) -> None:
    people.global_administrator(timezone.now())
    assert publication.publish(day=date(2026, 11, 24)) == 0
