"""The demo: filled once by the domain's own functions, ready to be switched on, and harmless to anybody's real data."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import authenticate
from django.utils import timezone
from pytest_django import Settings

from sluse.audit import verify
from sluse.audit.actor import SYSTEM
from sluse.audit.models import Entry
from sluse.connectors import configure
from sluse.gate.lock import Locks
from sluse.gate.read import State
from sluse.organizations import access, directory
from sluse.organizations.access import Right
from sluse.organizations.errors import ForbiddenError
from sluse.organizations.models import Organization, User
from sluse.reimbursements.models import Reimbursement, Status
from sluse.sandbox import business_central, serve, xledger
from sluse.sandbox.remote import Remote
from sluse.sync import orchestrator, readiness, runs, switching, wake
from sluse.sync.models import Posting
from sluse.sync.models import State as PostingState
from sluse.up import demo, demo_connectors, demo_data, demo_people
from sluse.up.errors import CannotStartError
from sluse.vouchers.voucher import kroner

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def sandbox(settings: Settings) -> Iterator[Remote]:
    with serve.running(business_central.create()) as address, serve.running(xledger.create()) as other:
        settings.PASSWORD_HASHERS = [
            "django.contrib.auth.hashers.MD5PasswordHasher"
        ]  # a test's are no secrets
        settings.BUSINESS_CENTRAL_API_URL = settings.BUSINESS_CENTRAL_LOGIN_URL = address
        settings.XLEDGER_URL = f"{other}/graphql"
        yield Remote(base=address)


@pytest.fixture
def filled(db: None, sandbox: Remote) -> Remote:
    demo.fill(now=NOW)
    return sandbox


def hlf() -> Organization:
    return directory.find_organization(slug="hlf")


def facts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Organization, User, Reimbursement, Posting, Entry))


def test_three_organizations_have_a_month_of_reimbursements_most_of_them_approved(filled: Remote) -> None:
    counts = {
        organization.slug: Reimbursement.objects.filter(organization=organization).count()
        for organization in Organization.objects.all()
    }
    assert counts == {"hlf": 40, "blindeforbundet": 15, "turlag": 5}

    approved = Reimbursement.objects.filter(status=Status.APPROVED)
    assert approved.count() == 54
    assert Posting.objects.filter(state=PostingState.PENDING, held=True).count() == 54
    assert all(NOW - timedelta(days=29) < row.approved_at < NOW for row in approved if row.approved_at)
    assert len({row.total_ore for row in approved}) > 40


def test_two_of_them_lack_nothing_but_the_switch_and_nothing_was_sent(filled: Remote) -> None:
    for connector in demo_connectors.CONNECTORS:
        organization = directory.find_organization(slug=connector.organization)
        assert readiness.missing(organization=organization) == []
        assert configure.show(organization=organization).tested is not None
        switch = switching.show(organization=organization, now=NOW)
        assert (switch.state, switch.version) == (State.DISABLED, 0)
    assert filled.requests(changes_only=True) == []
    assert filled.vouchers() == []


def test_each_is_on_an_accounting_system_of_its_own_and_one_on_none(filled: Remote) -> None:
    kinds = {
        slug: configure.show(organization=directory.find_organization(slug=slug)).kind
        for slug in ("hlf", "blindeforbundet", "turlag")
    }
    assert kinds == {"hlf": "business_central", "blindeforbundet": "xledger", "turlag": None}


def test_everybody_signs_in_with_the_password_shown_and_sees_what_is_theirs(filled: Remote) -> None:
    welcome = demo.welcome()
    assert demo_people.PASSWORD in welcome
    for person in demo_people.PEOPLE:
        assert person.email in welcome
        user = authenticate(username=person.email, password=demo_people.PASSWORD)
        assert isinstance(user, User)
        seen = set(access.organizations_of(user=user).values_list("slug", flat=True))
        assert seen == ({person.organization} if person.role else {"hlf", "blindeforbundet", "turlag"})
    auditor = directory.find_user(email="revisor@hlf.example")
    with pytest.raises(ForbiddenError):
        access.organization_for(user=auditor, slug="hlf", right=Right.ADMINISTER)


def test_the_welcome_names_the_accounting_system_it_talks_to(filled: Remote) -> None:
    assert filled.base in demo.welcome()


def test_a_second_start_changes_nothing(filled: Remote) -> None:
    before, requests = facts(), len(filled.requests())

    demo.fill(now=NOW + timedelta(days=1))

    assert facts() == before
    assert len(filled.requests()) == requests


def test_what_became_of_the_demo_does_not_keep_it_from_starting_again(filled: Remote) -> None:
    directory.create_organization(slug="mine", name="Min forening", actor=SYSTEM, now=NOW)

    demo.fill(now=NOW + timedelta(days=1))

    assert Organization.objects.count() == 4


def test_a_database_of_somebody_else_is_refused_and_left_alone(db: None, sandbox: Remote) -> None:
    directory.create_organization(slug="real", name="En forening", actor=SYSTEM, now=NOW)

    with pytest.raises(CannotStartError, match="holds organizations or people already"):
        demo.fill(now=NOW)

    assert facts() == (1, 0, 0, 0, 1)
    assert sandbox.requests() == []


def test_people_without_organizations_are_somebody_elses_too(db: None, sandbox: Remote) -> None:
    directory.create_user(email="kari@real.example", now=NOW)

    with pytest.raises(CannotStartError):
        demo.fill(now=NOW)


@pytest.mark.parametrize("name", ["BUSINESS_CENTRAL_API_URL", "BUSINESS_CENTRAL_LOGIN_URL", "XLEDGER_URL"])
def test_a_real_accounting_system_is_never_called(
    db: None, sandbox: Remote, settings: Settings, name: str
) -> None:
    setattr(settings, name, "https://erp.example")

    with pytest.raises(CannotStartError, match="on this machine"):
        demo.fill(now=NOW)

    assert facts() == (0, 0, 0, 0, 0)


def test_a_first_start_that_was_cut_short_is_made_whole(
    db: None, sandbox: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(demo, "_test_connector", lambda _connector, _now: None)
        demo.fill(now=NOW)
    assert [missing.code for missing in readiness.missing(organization=hlf())] == ["not_tested"]

    demo.fill(now=NOW)

    assert readiness.missing(organization=hlf()) == []


@pytest.mark.parametrize(
    "now",
    [
        datetime(2027, 1, 1, 0, 30, tzinfo=UTC),
        datetime(2027, 1, 2, 12, 0, tzinfo=UTC),
        datetime(2027, 1, 20, 12, 0, tzinfo=UTC),
    ],
)
def test_no_expense_crosses_the_turn_of_the_year(now: datetime) -> None:
    for tenant in demo_people.TENANTS:
        for told in demo_data.month(tenant=tenant, now=now):
            if told.approved_at is not None:
                year = told.approved_at.astimezone(demo_data.ZONE).year
                assert {line["date"][:4] for line in told.item["lines"]} == {str(year)}


def test_a_month_is_the_same_each_time() -> None:
    for tenant in demo_people.TENANTS:
        assert demo_data.month(tenant=tenant, now=NOW) == demo_data.month(tenant=tenant, now=NOW)


@pytest.mark.usefixtures("committed_database")
def test_switched_on_and_synced_all_of_it_arrives_but_the_one_whose_claimant_is_unknown(
    sandbox: Remote,
) -> None:
    now = timezone.now()
    demo.fill(now=now)
    leader = access.actor_of(directory.find_user(email="leder@hlf.example"))
    switching.enable(organization=hlf(), version=0, reason="Trying it out", actor=leader, now=now)
    run = runs.start_manual(organization=hlf(), actor=leader, now=timezone.now())

    asyncio.run(work(hlf().pk))

    run.refresh_from_db()
    assert (run.total, run.posted, run.failed, run.outcome) == (36, 35, 1, "partial")
    failed = Posting.objects.get(organization=hlf(), state=PostingState.FAILED)
    assert failed.document["claimant_number"] == demo_people.HLF.stranger
    posted = Posting.objects.filter(organization=hlf(), state=PostingState.POSTED)
    sent_ore = sum(posted.values_list("total_ore", flat=True))
    there = sandbox.counts(tenant=str(demo_connectors.ON_BUSINESS_CENTRAL.settings["tenant_id"]))
    assert (there["posted"], there["drafts"]) == (35, 0)
    assert there["posted_total"] == str(kroner(sent_ore))
    assert verify.verify(organization_id=hlf().pk).ok


@pytest.mark.usefixtures("committed_database")
def test_on_xledger_all_of_it_is_delivered_and_posted_once_the_job_has_run(
    sandbox: Remote, settings: Settings
) -> None:
    now = timezone.now()
    demo.fill(now=now)
    leader = access.actor_of(directory.find_user(email=demo_people.XLEDGER_LEADER.email))
    organization = directory.find_organization(slug=demo_people.BLINDEFORBUNDET.slug)
    switching.enable(organization=organization, version=0, reason="Trying it out", actor=leader, now=now)
    other, states = Remote(base=settings.XLEDGER_URL.removesuffix("/graphql")), []
    for _sync in range(2):
        runs.start_manual(organization=organization, actor=leader, now=timezone.now())
        asyncio.run(work(organization.pk))
        postings = Posting.objects.filter(organization=organization)
        states.append(set(postings.values_list("state", flat=True)))
        other.run_job()
    assert states == [{"delivered"}, {"posted"}]
    there = other.counts(tenant=xledger.ENTITY)
    assert (there["posted"], there["staged"], there["failed"]) == (14, 0, 0)
    assert there["posted_total"] == str(kroner(sum(postings.values_list("total_ore", flat=True))))
    assert other.violations() == []


async def work(organization_id: int) -> None:
    locks = Locks(conninfo=wake.conninfo())
    try:
        while (
            await orchestrator.run_slice(organization_id=organization_id, locks=locks)
            is not orchestrator.Next.DONE
        ):
            pass
    finally:
        await locks.close()
