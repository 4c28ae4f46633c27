"""What the measurement of volume must know of each accounting system: where it listens, and what it holds."""

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings

from sluse.organizations.models import Organization, User
from sluse.sandbox.remote import Remote
from tests import programs, scene

FIRST_ENTITY = 5_777_001
ENVIRONMENT = "volume"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One voucher as the accounting system holds it."""

    reference: str
    total_ore: int
    is_posted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """`variables` name the system's address in a program's environment, and `point_to` in this process. `each_max`:
    requests for each posted reimbursement, measured by the sandbox; none where nothing was promised."""

    sandbox: str
    variables: Callable[[str], Mapping[str, str]]
    point_to: Callable[[str], None]
    make_ready: Callable[[Organization, User, int], str]
    held: Callable[[Remote, str], Sequence[Held]]
    each_max: float | None = None
    switches: Mapping[str, Any] = field(default_factory=dict)
    posts_by_itself: bool = False


def _point_to_business_central(base: str) -> None:
    settings.BUSINESS_CENTRAL_API_URL = settings.BUSINESS_CENTRAL_LOGIN_URL = base


def _point_to_xledger(base: str) -> None:
    settings.XLEDGER_URL = f"{base}/graphql"


def _make_ready_on_business_central(of: Organization, person: User, _number: int) -> str:
    return scene.make_ready(of, person, tenant=str(uuid.uuid4()))


def _make_ready_on_xledger(of: Organization, person: User, number: int) -> str:
    entity = str(FIRST_ENTITY + number)
    scene.make_ready_on_xledger(of, person, entity)
    return entity


def _point_to_finance(base: str) -> None:
    settings.FINANCE_URL = f"{base}/{{environment}}"
    settings.BUSINESS_CENTRAL_LOGIN_URL = base


def _make_ready_on_finance(of: Organization, person: User, number: int) -> str:
    environment = f"{ENVIRONMENT}-{number}"
    scene.make_ready_on_finance(of, person, environment)
    return environment


def _journals(remote: Remote, tenant: str) -> list[Held]:
    return [
        Held(reference=one["reference"], total_ore=_ore(one["total"]), is_posted=one["state"] == "posted")
        for one in remote.vouchers(tenant=tenant)
    ]


def _invoices(remote: Remote, tenant: str) -> list[Held]:
    return [
        Held(
            reference=one["vendorInvoiceNumber"],
            total_ore=_ore(one["total"]),
            is_posted=one["status"] == "Open",
        )
        for one in remote.vouchers(tenant=tenant)
    ]


def _ledger(remote: Remote, tenant: str) -> list[Held]:
    return [
        Held(
            reference=one["invoiceNumber"],
            total_ore=_ore(one["total"]),
            is_posted=one["state"] == "posted",
        )
        for one in remote.vouchers(tenant=tenant)
    ]


SYSTEMS: dict[str, System] = {
    "business_central": System(
        sandbox="business-central",
        variables=lambda base: {"SLUSE_BC_API_URL": base, "SLUSE_BC_LOGIN_URL": base},
        point_to=_point_to_business_central,
        make_ready=_make_ready_on_business_central,
        held=_invoices,
        each_max=0.05,
    ),
    "xledger": System(
        sandbox="xledger",
        variables=lambda base: {"SLUSE_XLEDGER_URL": f"{base}/graphql"},
        point_to=_point_to_xledger,
        make_ready=_make_ready_on_xledger,
        held=_ledger,
        each_max=0.05,
        switches={"job_seconds": 0},
        posts_by_itself=True,
    ),
    "finance": System(
        sandbox="finance",
        variables=lambda base: {
            "SLUSE_FINANCE_URL": f"{base}/{{environment}}",
            "SLUSE_BC_LOGIN_URL": base,
        },
        point_to=_point_to_finance,
        make_ready=_make_ready_on_finance,
        held=_journals,
        switches={"job_seconds": 0},
        posts_by_itself=True,
    ),
}


@contextmanager
def running(system: System) -> Iterator[Remote]:
    """Its sandbox as a program of its own, with the documented limits."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sluse", "sandbox", system.sandbox],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        base = process.stdout.readline().decode().split()[-1]
        remote = Remote(base=base)
        programs.until(lambda: _answers(remote), "the sandbox answers")
        if system.switches:
            remote.switches(**system.switches)
        yield remote
    finally:
        programs.kill(process)
        if process.stdout is not None:
            process.stdout.close()


def _answers(remote: Remote) -> bool:
    try:
        remote.state()
    except OSError:
        return False
    return True


def _ore(kroner: str) -> int:
    return int(Decimal(kroner) * 100)
