"""Business Central's tie to the conformance suite: its sandbox over real HTTP, each harness in a tenant of
its own."""

import socket
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from pytest_django import Settings

from sluse.connectors import base, business_central
from sluse.connectors.base import Chart, ChartEntry, Permit
from sluse.connectors.business_central.connector import BusinessCentral
from sluse.connectors.harness import Gate, Held, HeldFile, Trouble, Wrong
from sluse.sandbox import business_central as sandbox
from sluse.sandbox.remote import Remote
from sluse.vouchers.voucher import Voucher, VoucherLine

BASE32 = "234567ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONG_SECONDS, SHORT_SECONDS = 20.0, 0.5
PLACES = {
    "create": {"body": "pricesIncludeTax"},
    "post": {"body": "Microsoft.NAV.post"},
    "find": {"body": "vendorInvoiceNumber%20eq"},
    "chart": {"path": "/accounts"},
}
FAULTS: dict[Trouble, dict[str, Any]] = {
    Trouble.ANSWER_LOST: {"kind": "drop_after"},
    Trouble.EXECUTED_LATE: {"kind": "late", "seconds": 0.3},
    Trouble.REQUEST_LOST: {"kind": "drop_before"},
    Trouble.NO_ANSWER: {"kind": "hang"},
    Trouble.SERVER_ERROR: {"kind": "gateway", "status": 503},
    Trouble.PAGE_FOR_PEOPLE: {"kind": "html"},
    Trouble.OTHER_SHAPE: {"kind": "odd"},
    Trouble.TRUNCATED: {"kind": "truncated"},
    Trouble.DRIP: {"kind": "drip", "seconds": 0.02},
    Trouble.HUGE: {"kind": "huge"},
    Trouble.REDIRECT: {"kind": "redirect"},
    Trouble.PARTIAL: {"kind": "partial"},
    Trouble.THROTTLED: {"kind": "throttle", "retry_after": "7"},
    Trouble.REPEATING_PAGE: {"kind": "repeat", "count": 1_000},
}
NEVER_ENDING = {Trouble.NO_ANSWER, Trouble.DRIP}


class Harness:
    accepts: type[base.Posted] | type[base.Delivered] = base.Posted
    writes: tuple[str, ...] = ("create", "post")
    reads: tuple[str, ...] = ("find", "chart")
    attaches: tuple[str, ...] = ()
    known = Chart(
        accounts=(ChartEntry(code="7100", name="Bilgodtgjørelse, opplysningspliktig"),),
        vat_codes=(ChartEntry(code="HØY", name="25 %"),),
        dimensions={"AVD": (ChartEntry(code="10", name="Avdeling 10"),)},
    )

    def __init__(self, *, base: str, settings: Settings) -> None:
        self.remote = Remote(base=base)
        self.tenant = str(uuid.uuid4())
        self.deadline_seconds = LONG_SECONDS
        self.choices: dict[str, Any] = {}
        self._settings = settings

    def connect(self, *, permit: Permit, wrong: Wrong | None = None) -> BusinessCentral:
        unused = f"http://127.0.0.1:{_closed_port()}"
        self._settings.BUSINESS_CENTRAL_API_URL = unused if wrong is Wrong.ADDRESS else self.remote.base
        self._settings.BUSINESS_CENTRAL_LOGIN_URL = self.remote.base
        self._settings.ERP_DEADLINE_SECONDS = self.deadline_seconds
        company = str(uuid.uuid4()) if wrong is Wrong.COMPANY else sandbox.COMPANY_ID
        return business_central.connect(
            settings={"tenant_id": self.tenant, "company_id": company, **self.choices},
            credentials={
                "client_id": "0c11e17a-0000-4000-8000-000000000001",
                "client_secret": "wrong" if wrong is Wrong.SECRET else sandbox.CLIENT_SECRET,
            },
            permit=permit,
        )

    def voucher(self, number: int) -> Voucher:
        return voucher(number)

    def refused_voucher(self, number: int) -> Voucher:
        return voucher(number, claimant="V99999")

    def cause(self, trouble: Trouble, *, at: str) -> None:
        self.deadline_seconds = SHORT_SECONDS if trouble in NEVER_ENDING else LONG_SECONDS
        self.remote.fault(tenant=self.tenant, **PLACES[at], **FAULTS[trouble])

    def heal(self) -> None:
        self.deadline_seconds = LONG_SECONDS
        self.remote.clear_faults()
        self.remote.wait_until_quiet()

    def use_small_pages(self) -> None:
        self.remote.switches(page_rows_max=7)

    def refuse_files(self) -> None:
        """It is sent none."""

    def post_there(self) -> None:
        """Nothing waits there."""

    def files(self) -> Sequence[HeldFile]:
        return []

    def held(self) -> Sequence[Held]:
        return [
            Held(
                reference=row["vendorInvoiceNumber"],
                total_ore=int(Decimal(row["total"]) * 100),
                is_posted=row["status"] == "Open",
            )
            for row in self.remote.vouchers(tenant=self.tenant)
        ]

    def changes(self) -> int:
        return int(self.remote.counts(tenant=self.tenant)["changes"])


@asynccontextmanager
async def opened(harness: Harness, *, permit: Permit | None = None) -> AsyncIterator[BusinessCentral]:
    connector = harness.connect(permit=permit or Gate())
    try:
        yield connector
    finally:
        await connector.close()


def voucher(
    number: int,
    *,
    claimant: str = "",
    lines: Sequence[VoucherLine] | None = None,
    currency: str = "NOK",
    posting_date: date = date(2026, 11, 20),
) -> Voucher:
    """An ordinary one, of an amount that no other number has."""
    reference = reference_of(number)
    debits = lines or [line("7100", 15_500 + number, number), line("7140", 5_600, number)]
    credit = VoucherLine(
        account=None,
        amount_ore=-sum(debit.amount_ore for debit in debits),
        text=reference,
        date=date(2026, 11, 3),
    )
    return Voucher(
        reference=reference,
        claimant_number=claimant or f"V{number + 1:05}",
        currency=currency,
        posting_date=posting_date,
        document_date=date(2026, 11, 3),
        text=reference,
        lines=(*debits, credit),
    )


def reference_of(number: int) -> str:
    """In the form of ours, and in the order of the numbers."""
    digits = [number // 32**place % 32 for place in reversed(range(16))]
    return "R" + "".join(BASE32[digit] for digit in digits)


def line(account: str, amount_ore: int, number: int = 0, *, vat_code: str | None = None) -> VoucherLine:
    return VoucherLine(
        account=account,
        amount_ore=amount_ore,
        text="Kjøring 2026-11-03",
        date=date(2026, 11, 3),
        vat_code=vat_code,
        dimensions=(("AVD", "10"), ("PROSJEKT", str(4201 + number % 50))),
    )


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
