"""Notifications: a person's own choice."""

import re
from datetime import datetime

from django.core import mail as django_mail

from sluse.audit.actor import SYSTEM
from sluse.organizations import directory, mail
from sluse.organizations.models import Mails, Organization, Role, User
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words

PAGE = "/o/hlf/notifications/"


def test_kari_chooses_for_herself(hlf: Organization, kari: User, as_person: SignIn) -> None:
    client = as_person(kari)
    assert "checked" in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"mails": "loudly"}).status_code == 422
    client.post(PAGE, {"mails": "urgent"})
    membership = directory.membership_of(organization=hlf, user=kari)
    assert membership
    assert (membership.mails, membership.weekly_digest) == ("urgent", False)
    assert "Your choice was saved." in words(client.get(PAGE))


def test_rune_gets_none_until_he_chooses_and_then_what_he_chose(
    hlf: Organization, kari: User, rune: User, as_person: SignIn
) -> None:
    assert _told(hlf) == [kari.email]
    client = as_person(rune)
    assert re.search(r'value="none"[^>]* checked', client.get(PAGE).content.decode())
    client.post(PAGE, {"mails": "urgent", "weekly_digest": "on"})
    assert _told(hlf) == [kari.email, rune.email]
    assert _told(hlf, urgent=False) == [kari.email]
    assert _told(hlf, digest=True) == [kari.email, rune.email]


def test_an_auditor_who_becomes_administrator_hears_of_everything(
    hlf: Organization, rune: User, now: datetime
) -> None:
    directory.add_member(organization=hlf, user=rune, role=Role.ADMINISTRATOR, actor=SYSTEM, now=now)
    assert _told(hlf, urgent=False) == [rune.email]


def test_a_member_who_is_added_again_keeps_the_choice(hlf: Organization, kari: User, now: datetime) -> None:
    membership = directory.membership_of(organization=hlf, user=kari)
    assert membership
    directory.choose_mails(membership=membership, mails=Mails.NONE, weekly_digest=False)
    directory.add_member(organization=hlf, user=kari, role=Role.ADMINISTRATOR, actor=SYSTEM, now=now)
    assert _told(hlf) == []


def test_whoever_is_no_member_is_told_so(hlf: Organization, grete: User, as_person: SignIn) -> None:
    assert "You are not a member" in words(as_person(grete).get(PAGE))
    assert as_person(grete).post(PAGE, {"mails": "none"}).status_code == 200


def _told(organization: Organization, **kind: bool) -> list[str]:
    django_mail.outbox.clear()
    letter = mail.Letter(subject="News", paragraphs=(), path="/")
    mail.to_members(organization=organization, write=lambda: letter, **kind)
    return [message.to[0] for message in django_mail.outbox]
