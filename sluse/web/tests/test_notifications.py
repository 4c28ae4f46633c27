"""Notifications: a person's own choice."""

from sluse.organizations import directory
from sluse.organizations.models import Organization, User
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


def test_whoever_gets_no_mail_is_told_so(
    hlf: Organization, rune: User, grete: User, as_person: SignIn
) -> None:
    assert "Auditors get no mail." in words(as_person(rune).get(PAGE))
    assert "You are not a member" in words(as_person(grete).get(PAGE))
    assert as_person(grete).post(PAGE, {"mails": "none"}).status_code == 200
