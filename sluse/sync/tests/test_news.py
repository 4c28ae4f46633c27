"""Mail about what begins and ends: once for each cause, in the reader's language, as the reader wishes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core import mail

from sluse.audit.models import Verified
from sluse.connectors.models import Connector
from sluse.organizations import directory
from sluse.organizations.models import Mails, Notice, Organization, Role, User
from sluse.sync import digest, news
from sluse.sync.models import Difference, Posting, Reconciliation, State
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


def test_credentials_that_end_soon_are_told_three_times_and_new_ones_end_it(
    ready: Organization, kari: User, now: datetime
) -> None:
    Connector.objects.update(credentials_expire_on=now.date() + timedelta(days=31))
    told = {}
    for day in range(33):
        mail.outbox.clear()
        if news.tell(now=now + timedelta(days=day)):
            told[31 - day] = mail.outbox[0].body
    assert list(told) == [30, 7, 1]
    assert "om 7 dager" in told[7]
    assert "om 1 dag" in told[1]
    Connector.objects.update(credentials_expire_on=now.date() + timedelta(days=3))
    Notice.objects.update(ended_at=now)
    mail.outbox.clear()
    assert news.tell(now=now) == 1, "what ends in three days is not told as ending in thirty, too"
    Connector.objects.update(credentials_expire_on=None)
    news.tell(now=now)
    assert not Notice.objects.filter(ended_at=None).exists()


def test_a_night_without_a_comparison_is_told_once_until_one_was_made(
    ready: Organization, kari: User, now: datetime
) -> None:
    people.turn_on(ready, kari, now)
    for hour in range(2):
        _compared(ready, "failed", now + timedelta(hours=hour))
        assert news.tell(now=now + timedelta(hours=hour)) == (1 if hour == 0 else 0)
    assert "It could not be asked." in mail.outbox[0].body
    _compared(ready, "equal", now + timedelta(hours=3))
    assert news.tell(now=now + timedelta(hours=3)) == 1
    assert "alt er i orden igjen" in mail.outbox[-1].subject


def test_what_differs_is_told_once_until_something_else_differs_or_nothing_does(
    ready: Organization, kari: User, now: datetime
) -> None:
    letters = []
    for night, references in enumerate((["A"], ["A"], ["A", "B"], ["B"], [], [])):
        mail.outbox.clear()
        _compared(ready, "different" if references else "equal", now + timedelta(days=night), references)
        news.tell(now=now + timedelta(days=night))
        letters.append([letter.subject.split(": ")[-1] for letter in mail.outbox])
    assert [len(one) for one in letters] == [1, 0, 1, 1, 1, 0], letters
    assert "alt er i orden igjen" in letters[4][0]


def test_a_comparison_of_a_few_days_says_nothing_of_the_rest(
    ready: Organization, kari: User, now: datetime
) -> None:
    _compared(ready, "different", now, ["A"])
    assert news.tell(now=now) == 1
    _compared(ready, "equal", now + timedelta(hours=1), days=3)
    assert news.tell(now=now + timedelta(hours=1)) == 0
    assert Notice.objects.filter(kind=Notice.Kind.DIFFERENCE, ended_at=None).exists()


def test_turning_off_is_no_recovery(ready: Organization, kari: User, now: datetime) -> None:
    people.turn_on(ready, kari, now)
    _compared(ready, "failed", now)
    assert news.tell(now=now) == 1
    people.turn_off(ready, kari, now)
    assert news.tell(now=now) == 0
    assert not Notice.objects.filter(ended_at=None).exists()


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


def _compared(
    of: Organization, outcome: str, now: datetime, references: Sequence[str] = (), *, days: int = 35
) -> None:
    row = Reconciliation.objects.create(
        organization=of,
        trigger=Reconciliation.Trigger.NIGHTLY,
        by_id="system",
        by_name="Sluse",
        since=now.date() - timedelta(days=days),
        created_at=now,
        finished_at=now,
        outcome=outcome,
        error="It could not be asked." if outcome == "failed" else "",
    )
    Difference.objects.bulk_create(
        Difference(reconciliation=row, kind=Difference.Kind.UNKNOWN_HERE, reference=reference, their_ore=100)
        for reference in references
    )


def test_a_broken_log_is_told_once_for_each_break_and_once_when_it_is_whole_again(
    hlf: Organization, kari: User, now: datetime
) -> None:
    facts = {"ended_at": now, "broken_row": 7, "broken_because": "changed"}
    Verified.objects.create(organization_id=hlf.pk, **facts)
    assert [news.tell(now=now) for _again in range(2)] == [1, 0]
    [letter] = mail.outbox
    assert "Rad 7" in letter.body
    assert letter.body.rstrip().endswith("/o/hlf/log/")
    Verified.objects.update(ended_at=now + timedelta(days=1))
    assert news.tell(now=now + timedelta(days=1)) == 0
    Verified.objects.update(broken_row=None, broken_because="")
    assert news.tell(now=now + timedelta(days=2)) == 1
