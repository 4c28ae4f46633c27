"""What `sluse up --demo` puts into an empty database: three organizations, and a month of what their people are owed."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from sluse.audit.actor import Actor
from sluse.connectors import configure
from sluse.organizations import access, directory
from sluse.organizations.models import Organization, User
from sluse.reimbursements import approve, intake
from sluse.sync import setup
from sluse.up import demo_connectors, demo_data, demo_people
from sluse.up.demo_connectors import DemoConnector
from sluse.up.demo_people import LEADER, PASSWORD, PEOPLE, PLATFORM, TENANTS, XLEDGER_LEADER, Tenant
from sluse.up.errors import CannotStartError
from sluse.vouchers import store

MADE_BEFORE = timedelta(days=demo_data.DAYS + 7)
"""The organizations are a little older than their reimbursements."""
OUR_MACHINE = {"127.0.0.1", "localhost", "::1"}


def fill(*, now: datetime) -> None:
    """Once: a demo that is there already is left as it is, whatever became of it since."""
    _refuse_real_systems()
    if not User.objects.filter(email=PLATFORM.email).exists():
        _refuse_foreign_data()
        with transaction.atomic():
            _create(now)
    for connector in demo_connectors.CONNECTORS:
        _test_connector(connector, now)


def welcome() -> str:
    """Said right after the address that it serves on."""
    width = max(len(person.email) for person in PEOPLE)
    people = [f"  {person.email:<{width}}  {person.is_what}" for person in PEOPLE]
    steps = [f"  {number}. {step}" for number, step in enumerate(_steps(), start=1)]
    return "\n".join(
        [
            "",
            _("Open the address above and sign in. Everybody's password is %(password)s")
            % {"password": PASSWORD},
            *people,
            _("These people exist in demos alone: never give anybody outside this machine access to one."),
            "",
            _("Try this first:"),
            *steps,
        ]
    )


def _steps() -> list[str]:
    facts = {
        "leader": LEADER.email,
        "platform": PLATFORM.email,
        "sandbox": settings.BUSINESS_CENTRAL_API_URL,
        "other_leader": XLEDGER_LEADER.email,
        "xledger": settings.XLEDGER_URL.removesuffix("graphql"),
    }
    return [
        _("Sign in as %(leader)s: a month of approved reimbursements waits, for the switch is off.") % facts,
        _("Turn the switch on and say why. Still nothing is sent."),
        _("Choose Sync now. All of it is sent but one, whose claimant the accounting system does not know."),
        _("See the vouchers, and every request that arrived, in the accounting system: %(sandbox)s") % facts,
        _(
            "Sign in as %(other_leader)s and do the same. Xledger takes the vouchers in first and posts them a little "
            "later: %(xledger)s Choose Sync now once more, and they are posted here too."
        )
        % facts,
        _("Sign in as %(platform)s and turn the same switch off on the page of all organizations.") % facts,
    ]


def _refuse_real_systems() -> None:
    addresses = (
        settings.BUSINESS_CENTRAL_API_URL,
        settings.BUSINESS_CENTRAL_LOGIN_URL,
        settings.XLEDGER_URL,
    )
    if not {urlsplit(address).hostname for address in addresses} <= OUR_MACHINE:
        raise CannotStartError(
            _(
                "The demo talks only to accounting systems on this machine. "
                "Unset SLUSE_BC_API_URL, SLUSE_BC_LOGIN_URL and SLUSE_XLEDGER_URL, or start without --demo."
            )
        )


def _refuse_foreign_data() -> None:
    if Organization.objects.exists() or User.objects.exists():
        raise CannotStartError(
            _(
                "The database holds organizations or people already, and the demo is not among them. "
                "Start without --demo, or choose another data folder with --data."
            )
        )


def _create(now: datetime) -> None:
    began = now - MADE_BEFORE
    users = {person.email: _user(person, began) for person in PEOPLE}
    platform = access.actor_of(users[PLATFORM.email])
    organizations = {tenant.slug: _organization(tenant, platform, began) for tenant in TENANTS}
    for person in PEOPLE:
        if person.role is not None:
            directory.add_member(
                organization=organizations[person.organization],
                user=users[person.email],
                role=person.role,
                actor=platform,
                now=began,
            )
    for connector in demo_connectors.CONNECTORS:
        actor = access.actor_of(users[connector.by])
        _set_up(connector, organizations[connector.organization], actor, now)
    for tenant in TENANTS:
        _take_in(organizations[tenant.slug], tenant, now)


def _user(person: demo_people.Person, now: datetime) -> User:
    return directory.create_user(
        email=person.email,
        name=person.name,
        password=PASSWORD,
        is_global_administrator=person.is_global_administrator,
        now=now,
    )


def _organization(tenant: Tenant, actor: Actor, now: datetime) -> Organization:
    return directory.create_organization(
        slug=tenant.slug, name=tenant.name, language=tenant.language, actor=actor, now=now
    )


def _set_up(connector: DemoConnector, organization: Organization, actor: Actor, now: datetime) -> None:
    setup.configure_connector(
        organization=organization,
        kind=connector.kind,
        settings=connector.settings,
        credentials=connector.credentials,
        actor=actor,
        now=now,
    )
    store.save(organization=organization, content=connector.mapping, actor=actor, now=now)


def _take_in(organization: Organization, tenant: Tenant, now: datetime) -> None:
    for told in demo_data.month(tenant=tenant, now=now):
        (answer,) = intake.submit(organization=organization, items=[told.item], now=told.submitted_at)
        if answer.error:
            raise answer.error
        if told.approved_at is not None:
            approve.approve(
                organization=organization,
                external_id=told.item["external_id"],
                approved_by=tenant.approver,
                approved_at=told.approved_at,
                now=told.approved_at,
            )


def _test_connector(demo_connector: DemoConnector, now: datetime) -> None:
    """Outside the transaction, for it calls the accounting system; made up for when a first start was cut short."""
    organization = directory.find_organization(slug=demo_connector.organization)
    connector = configure.show(organization=organization)
    if connector.kind is None or connector.tested is not None:
        return
    leader = directory.find_user(email=demo_connector.by)
    report = setup.test_connector(organization=organization, actor=access.actor_of(leader), now=now)
    if not report.ok:
        raise CannotStartError(
            _("The demo's accounting system did not pass the connection test: %(problems)s")
            % {"problems": " ".join(report.problems)}
        )
