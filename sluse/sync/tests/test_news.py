"""Mail about what begins and ends: once for each cause, in the reader's language, as the reader wishes."""

from datetime import datetime, timedelta

from django.core import mail

from sluse.organizations import directory
from sluse.organizations.models import Mails, Organization, Role, User
from sluse.sync import digest, news
from sluse.sync.models import Posting, State
from tests import people

MONDAY_AT_SEVEN = datetime.fromisoformat("2026-11-23T07:07:00+01:00")


def test_a_hundred_refusals_of_one_cause_are_one_letter(
    ready: Organization, kari: User, now: datetime
) -> None:
    people.approve_some(ready, 20, now)
    _fail(ready, "Account 7100 is blocked.")
    assert news.tell(now=now) == 1
    assert news.tell(now=now + timedelta(minutes=5)) == 0
    [letter] = mail.outbox
    assert letter.to == [kari.email]
    assert "20 posteringer" in letter.body
    assert "Account 7100 is blocked." in letter.body
    assert "/o/hlf/postings/?state=failed&cause=" in letter.body


def test_another_cause_is_news_and_the_end_of_all_is_told_once(
    ready: Organization, kari: User, now: datetime
) -> None:
    people.approve_some(ready, 2, now)
    _fail(ready, "Blocked.", "R-0")
    news.tell(now=now)
    _fail(ready, "Unknown vendor.", "R-1")
    assert news.tell(now=now) == 1
    Posting.objects.filter(external_id="R-0").update(state=State.PENDING, reason_detail="")
    assert news.tell(now=now) == 0  # one is left
    Posting.objects.filter(external_id="R-1").update(state=State.PENDING, reason_detail="")
    assert news.tell(now=now) == 1
    assert news.tell(now=now) == 0
    assert "alt er i orden igjen" in mail.outbox[-1].subject
    _fail(ready, "Blocked.", "R-0")
    assert news.tell(now=now) == 1  # the same cause, begun anew


def test_many_causes_at_once_are_one_letter(ready: Organization, kari: User, now: datetime) -> None:
    people.approve_some(ready, 8, now)
    for number in range(8):
        _fail(ready, f"Account {number} is blocked.", f"R-{number}")
    assert news.tell(now=now) == 1
    assert "Account 7 is blocked." in mail.outbox[0].body


def test_each_reads_it_in_their_own_language_and_only_if_they_wish(
    ready: Organization, kari: User, now: datetime
) -> None:
    ole = people.member(ready, "ole@hlf.example", "Ole", Role.ADMINISTRATOR, now)
    User.objects.filter(pk=ole.pk).update(language="en")
    membership = directory.membership_of(organization=ready, user=kari)
    assert membership
    directory.choose_mails(membership=membership, mails=Mails.NONE, weekly_digest=False)
    people.approve_some(ready, 1, now)
    _fail(ready, "Blocked.")
    news.tell(now=now)
    [letter] = mail.outbox
    assert letter.to == [ole.email]
    assert "1 posting was refused: Blocked." in letter.body


def test_a_queue_that_grows_while_it_is_off_is_told_at_each_level(
    ready: Organization, kari: User, now: datetime
) -> None:
    people.turn_on(ready, kari, now)
    people.turn_off(ready, kari, now)
    people.approve_some(ready, 49, now)
    assert news.tell(now=now) == 0
    people.approve_some(ready, 2, now, prefix="S")
    assert news.tell(now=now) == 1
    assert news.tell(now=now) == 0
    assert "51 posteringer venter" in mail.outbox[0].body


def test_the_week_comes_on_monday_morning_and_once(ready: Organization, kari: User, now: datetime) -> None:
    people.approve_some(ready, 3, now)
    assert digest.send_due(now=MONDAY_AT_SEVEN - timedelta(hours=1)) == 0
    assert digest.send_due(now=MONDAY_AT_SEVEN) == 1
    assert digest.send_due(now=MONDAY_AT_SEVEN + timedelta(minutes=10)) == 0
    assert digest.send_due(now=MONDAY_AT_SEVEN + timedelta(days=7)) == 1
    assert "3 posteringer venter, 930,00\xa0kr i alt." in mail.outbox[0].body


def _fail(organization: Organization, detail: str, *names: str) -> None:
    rows = Posting.objects.filter(organization=organization)
    rows = rows.filter(external_id__in=names) if names else rows
    rows.update(state=State.FAILED, held=False, reason_code="account_blocked", reason_detail=detail)
