"""Named people and organizations, made for the tests of the screens and for the browser journeys."""

from datetime import datetime

from sluse.audit.actor import SYSTEM
from sluse.connectors import configure
from sluse.connectors.models import Connector
from sluse.organizations import access, directory
from sluse.organizations.models import Organization, Role, User
from sluse.reimbursements import approve, intake
from sluse.sync import switching
from sluse.vouchers import store

PASSWORD = "en-lang-setning-om-sluser"
SECRET = "never-shown-again-abc1"
SETTINGS = {
    "tenant_id": "5f4c1c8a-3c1e-4f6e-9a59-0d8f7a1c2b3d",
    "environment": "production",
    "company_id": "8d1c0d9e-1111-4222-8333-0123456789ab",
    "document": "purchase_invoice",
    "post": True,
}
CREDENTIALS = {"client_id": "7a1c2b3d-3c1e-4f6e-9a59-0d8f5f4c1c8a", "client_secret": SECRET}


def organization(slug: str, name: str, now: datetime) -> Organization:
    return directory.create_organization(slug=slug, name=name, actor=SYSTEM, now=now)


def member(of: Organization, email: str, name: str, role: Role, now: datetime) -> User:
    user = directory.create_user(email=email, name=name, password=PASSWORD, now=now)
    directory.add_member(organization=of, user=user, role=role, actor=SYSTEM, now=now)
    return user


def global_administrator(now: datetime) -> User:
    return directory.create_user(
        email="grete@sluse.example",
        name="Grete Global",
        password=PASSWORD,
        is_global_administrator=True,
        now=now,
    )


def make_ready(of: Organization, person: User, now: datetime) -> None:
    """Everything in place but the switch. The accounting system itself is asked in the journeys."""
    actor = access.actor_of(person)
    configure.configure(
        organization=of,
        kind="business_central",
        settings=SETTINGS,
        credentials=CREDENTIALS,
        actor=actor,
        now=now,
    )
    row = Connector.objects.get(organization=of)
    Connector.objects.filter(pk=row.pk).update(
        tested_identity_version=row.identity_version,
        tested_at=now,
        tested_by=actor.name,
        tested_ok=True,
        tested_company=of.name,
        tested_accounts=214,
    )
    content = {"expense_types": {"mileage": {"account": "7100"}, "toll": {"account": "7140"}}}
    store.save(organization=of, content=content, actor=actor, now=now)


def approve_some(of: Organization, count: int, now: datetime, *, prefix: str = "R") -> None:
    """So many reimbursements of 310 kroner."""
    items = [reimbursement(f"{prefix}-{number}", now) for number in range(count)]
    for answer in intake.submit(organization=of, items=items, now=now):
        assert answer.reimbursement, answer.error
        approve.approve(
            organization=of,
            external_id=answer.reimbursement.external_id,
            approved_by="leader@hlf.example",
            approved_at=now,
            now=now,
        )


def turn_on(of: Organization, person: User, now: datetime) -> None:
    version = switching.show(organization=of, now=now).version
    actor = access.actor_of(person)
    switching.enable(organization=of, version=version, reason="Tested", actor=actor, now=now)


def reimbursement(external_id: str, now: datetime) -> dict[str, object]:
    line = {"expense_type": "mileage", "date": now.date().isoformat(), "amount": "310.00", "text": "Meeting"}
    return {
        "external_id": external_id,
        "claimant": {"number": "V00001"},
        "currency": "NOK",
        "total": "310.00",
        "lines": [line],
    }


def turn_off(of: Organization, person: User, now: datetime) -> None:
    switching.disable(organization=of, reason="Pause", actor=access.actor_of(person), now=now)
