"""Business Central's tie to the conformance suite."""

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal

from pytest_django import Settings

from sluse.connectors import base, business_central
from sluse.connectors.base import Chart, ChartEntry, Permit
from sluse.connectors.business_central.connector import BusinessCentral
from sluse.connectors.harness import Gate, Held, HeldFile, Wrong
from sluse.connectors.tests.sandboxed import Ordinary, SandboxHarness
from sluse.sandbox import business_central as sandbox
from sluse.vouchers.voucher import Voucher

ORDINARY = Ordinary(cost_centre="AVD", project="PROSJEKT")
voucher, line = ORDINARY.voucher, ORDINARY.line


class Harness(SandboxHarness):
    accepts: type[base.Posted] | type[base.Delivered] = base.Posted
    writes: tuple[str, ...] = ("create", "post")
    reads: tuple[str, ...] = ("find", "chart")
    attaches: tuple[str, ...] = ()
    places = {
        "create": {"body": "pricesIncludeTax"},
        "post": {"body": "Microsoft.NAV.post"},
        "find": {"body": "vendorInvoiceNumber%20eq"},
        "chart": {"path": "/accounts"},
    }
    known = Chart(
        accounts=(ChartEntry(code="7100", name="Bilgodtgjørelse, opplysningspliktig"),),
        vat_codes=(ChartEntry(code="HØY", name="25 %"),),
        dimensions={"AVD": (ChartEntry(code="10", name="Avdeling 10"),)},
    )

    def __init__(self, *, base: str, settings: Settings) -> None:
        super().__init__(base=base, tenant=str(uuid.uuid4()), settings=settings)

    def connect(self, *, permit: Permit, wrong: Wrong | None = None) -> BusinessCentral:
        self.settings.BUSINESS_CENTRAL_API_URL = self.address(wrong)
        self.settings.BUSINESS_CENTRAL_LOGIN_URL = self.remote.base
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


@asynccontextmanager
async def opened(harness: Harness, *, permit: Permit | None = None) -> AsyncIterator[BusinessCentral]:
    connector = harness.connect(permit=permit or Gate())
    try:
        yield connector
    finally:
        await connector.close()
