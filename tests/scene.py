"""What the journeys begin with: organizations of HLF's kind, tied to a sandbox tenant of their own, and reimbursements."""

import asyncio
import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from sluse.audit.actor import SYSTEM, Actor
from sluse.audit.models import Entry
from sluse.connectors.models import Connector
from sluse.gate import toggle
from sluse.gate.lock import Locks
from sluse.organizations import access, directory
from sluse.organizations.models import Organization, Role, User
from sluse.reimbursements import approve, attach, intake
from sluse.sandbox import business_central as sandbox
from sluse.sandbox import finance, xledger
from sluse.sync import orchestrator, runs, setup, switching, wake
from sluse.sync.models import Posting, Run
from sluse.sync.orchestrator import Next
from sluse.vouchers import store

KARI = Actor(id="kari", name="Kari Nordmann")
INVOICE = "purchase_invoice"
PASSWORD = "en-lang-setning-om-sluser"
CLIENT_ID = "0c11e17a-0000-4000-8000-000000000001"
MAPPING = {
    "expense_types": {
        "mileage": {"account": "7100", "dimensions": {"AVD": "10"}},
        "toll": {"account": "7140"},
        "parking": {"account": "7140"},
        "honorarium": {"account": "5330"},
    },
    "credit": {"account": None},
    "dimension_codes": {"cost_centre": "AVD", "project": "PROSJEKT"},
}


def organization(slug: str = "hlf", name: str = "Hørselshemmedes Landsforbund") -> Organization:
    return directory.create_organization(slug=slug, name=name, actor=SYSTEM, now=timezone.now())


def administrator(of: Organization, email: str = "kari@hlf.example", name: str = "Kari Nordmann") -> User:
    return member(of, email, name, Role.ADMINISTRATOR)


def member(of: Organization, email: str, name: str, role: Role) -> User:
    user = directory.create_user(email=email, name=name, password=PASSWORD, now=timezone.now())
    directory.add_member(organization=of, user=user, role=role, actor=SYSTEM, now=timezone.now())
    return user


def connector_settings(tenant: str, document: str = INVOICE) -> dict[str, object]:
    return {
        "tenant_id": tenant,
        "environment": "Production",
        "company_id": sandbox.COMPANY_ID,
        "document": document,
        "post": True,
    }


def credentials() -> dict[str, str]:
    return {"client_id": CLIENT_ID, "client_secret": sandbox.CLIENT_SECRET}


def configure(of: Organization, person: User, tenant: str | None = None, document: str = INVOICE) -> str:
    """Everything but the test, the mapping and the switch. Returns the tenant in the sandbox."""
    tenant = tenant or str(uuid.uuid4())
    setup.configure_connector(
        organization=of,
        kind="business_central",
        settings=connector_settings(tenant, document),
        credentials=credentials(),
        actor=access.actor_of(person),
        now=timezone.now(),
    )
    return tenant


def make_ready(of: Organization, person: User, tenant: str | None = None, document: str = INVOICE) -> str:
    tenant = configure(of, person, tenant, document)
    actor = access.actor_of(person)
    store.save(organization=of, content=MAPPING, actor=actor, now=timezone.now())
    check_connection(of, person)
    return tenant


def take_as_tested(of: Organization) -> None:
    """For scenes with many organizations, where asking the accounting system for each proves nothing new."""
    row = Connector.objects.get(organization=of)
    Connector.objects.filter(pk=row.pk).update(
        tested_identity_version=row.identity_version, tested_at=timezone.now(), tested_ok=True
    )


def enable(of: Organization, person: User, reason: str = "Tested") -> None:
    version = switching.show(organization=of, now=timezone.now()).version
    actor = access.actor_of(person)
    switching.enable(organization=of, version=version, reason=reason, actor=actor, now=timezone.now())


def disable(of: Organization, person: User, reason: str = "Maintenance") -> switching.SwitchAnswer:
    actor = access.actor_of(person)
    return switching.disable(organization=of, reason=reason, actor=actor, now=timezone.now())


def reimbursement(external_id: str, *, claimant: str = "V00001", amount: str = "310.00") -> dict[str, object]:
    """Mileage and toll, so that the sum is of two lines. The day is today: no year end is crossed."""
    today = timezone.localdate().isoformat()
    toll = "56.00"
    mileage = f"{Decimal(amount) - Decimal(toll):.2f}"
    return {
        "external_id": external_id,
        "claimant": {"number": claimant, "name": "Ola Frivillig"},
        "currency": "NOK",
        "total": amount,
        "cost_centre": "10",
        "project": "4201",
        "lines": [
            {"expense_type": "mileage", "date": today, "amount": mileage, "quantity": "31", "unit": "km"},
            {"expense_type": "toll", "date": today, "amount": toll, "text": "Bomring"},
        ],
    }


def approve_many(of: Organization, external_ids: Sequence[str], *, amount: str = "310.00") -> list[Posting]:
    now = timezone.now()
    items = [
        reimbursement(external_id, claimant=f"V{number % 400 + 1:05}", amount=amount)
        for number, external_id in enumerate(external_ids)
    ]
    for answer in intake.submit(organization=of, items=items, now=now):
        assert answer.status == 201, answer.error
    for external_id in external_ids:
        approve_one(of, external_id, now)
    return list(Posting.objects.filter(organization=of, external_id__in=external_ids))


def approve_one(of: Organization, external_id: str, now: datetime) -> None:
    approve.approve(
        organization=of, external_id=external_id, approved_by="leader@hlf.example", approved_at=now, now=now
    )


def start_manual(of: Organization, person: User) -> Run:
    return runs.start_manual(organization=of, actor=access.actor_of(person), now=timezone.now())


def work(of: Organization) -> None:
    """What a worker does when it is woken, until there is nothing left to do now."""

    async def until_done() -> None:
        locks = Locks(conninfo=wake.conninfo())
        try:
            while await orchestrator.run_slice(organization_id=of.pk, locks=locks) is Next.MORE:
                pass
        finally:
            await locks.close()

    asyncio.run(until_done())


def states(of: Organization) -> dict[str, int]:
    counts: dict[str, int] = {}
    for state in Posting.objects.filter(organization=of).values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    return counts


def log(of: Organization, kind: str) -> list[Entry]:
    return list(Entry.objects.of(organization_id=of.pk).filter(type=kind))


def submit_and_approve(of: Organization, item: dict[str, object]) -> None:
    now = timezone.now()
    [answer] = intake.submit(organization=of, items=[item], now=now)
    assert answer.status == 201, answer.error
    approve_one(of, str(item["external_id"]), now)


def submit(of: Organization, item: dict[str, object]) -> None:
    [answer] = intake.submit(organization=of, items=[item], now=timezone.now())
    assert answer.status == 201, answer.error


def bring_receipt(of: Organization, content: bytes, external_id: str = "R-1") -> None:
    attach.attach(
        organization=of,
        external_id=external_id,
        original_name="kvittering",
        content=content,
        now=timezone.now(),
    )


def actor(person: User) -> Actor:
    return access.actor_of(person)


def save_mapping(of: Organization, actor: Actor) -> None:
    store.save(organization=of, content=MAPPING, actor=actor, now=timezone.now())


def check_connection(of: Organization, person: User) -> None:
    report = setup.test_connector(organization=of, actor=actor(person), now=timezone.now())
    assert report.ok, report.problems


def with_other_amount(voucher: dict[str, Any] | None) -> dict[str, Any]:
    """As if the frozen voucher said a krone more."""
    assert voucher is not None
    debit, *between, credit = voucher["lines"]
    debit = debit | {"amount_ore": debit["amount_ore"] + 100}
    credit = credit | {"amount_ore": credit["amount_ore"] - 100}
    return voucher | {"lines": [debit, *between, credit]}


def turn_on(of: Organization, version: int | None) -> toggle.Change:
    """The gate's own switch, without readiness."""
    return toggle.enable(
        organization=of,
        version=version,
        reason="Ready",
        actor=KARI,
        connector_kind="business_central",
        now=timezone.now(),
    )


def turn_off(of: Organization, wait_seconds: float = 10.0) -> toggle.Change:
    return toggle.disable(
        organization=of,
        reason="Pause",
        actor=KARI,
        connector_kind="business_central",
        now=timezone.now(),
        wait_seconds=wait_seconds,
    )


# --- an organization on Xledger -------------------------------------------------------------------

XLEDGER_MAPPING = MAPPING | {
    "expense_types": {
        "mileage": {"account": "7100", "dimensions": {"glObject1": "10"}},
        "toll": {"account": "7140"},
    },
    "dimension_codes": {"cost_centre": "glObject1", "project": "project"},
}


def make_ready_on_xledger(of: Organization, person: User, entity: str) -> None:
    who = access.actor_of(person)
    setup.configure_connector(
        organization=of,
        kind="xledger",
        settings={"owner": entity},
        credentials={"token": xledger.token_of(entity=entity)},
        actor=who,
        now=timezone.now(),
    )
    store.save(organization=of, content=XLEDGER_MAPPING, actor=who, now=timezone.now())
    check_connection(of, person)


# --- an organization on Finance -------------------------------------------------------------------

FINANCE_MAPPING = MAPPING | {
    "expense_types": {"mileage": {"account": "7100"}, "toll": {"account": "7140"}},
    "dimension_codes": {"cost_centre": "CostCenter", "project": "Project"},
}


def make_ready_on_finance(of: Organization, person: User, environment: str) -> None:
    who = access.actor_of(person)
    setup.configure_connector(
        organization=of,
        kind="finance",
        settings={
            "tenant_id": "5106d0e1-2222-4000-8000-00000000d3e0",
            "environment": environment,
            "legal_entity": finance.LEGAL_ENTITY,
            "journal_name": finance.JOURNAL_NAME,
            "dimension_format": "MainAccount-CostCenter-Project-Fund",
        },
        credentials={"client_id": CLIENT_ID, "client_secret": finance.CLIENT_SECRET},
        actor=who,
        now=timezone.now(),
    )
    store.save(organization=of, content=FINANCE_MAPPING, actor=who, now=timezone.now())
    check_connection(of, person)
