"""Business Central's tie to the conformance suite."""

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import ClassVar

from pytest_django import Settings as DjangoSettings

from sluse.connectors import base, business_central
from sluse.connectors.base import Chart, ChartEntry, Permit
from sluse.connectors.business_central.config import JOURNAL, PURCHASE_INVOICE, Settings
from sluse.connectors.business_central.connector import BusinessCentral
from sluse.connectors.harness import Gate, Held, HeldFile, Wrong
from sluse.connectors.tests.sandboxed import Ordinary, SandboxHarness
from sluse.sandbox import business_central as sandbox
from sluse.sandbox.tests.caller import COMPANY, Caller
from sluse.vouchers.voucher import Voucher

ORDINARY = Ordinary(cost_centre="AVD", project="PROSJEKT")
voucher, line = ORDINARY.voucher, ORDINARY.line


PLACES = {
    "create": {"body": "pricesIncludeTax"},
    "post": {"body": "Microsoft.NAV.post"},
    "find": {"body": "vendorInvoiceNumber%20eq"},
    "chart": {"path": "/accounts"},
    "scan": {"path": "/purchaseInvoices"},
    "file": {"body": "fileName"},
    "content": {"path": "/attachmentContent"},
    "token": {"path": "/oauth2/"},
}
SETTINGS = Settings(
    tenant_id="5106d0e1-1111-4000-8000-00000000d3e0",
    environment="Production",
    company_id=sandbox.COMPANY_ID,
    company_name="",
    document=PURCHASE_INVOICE,
    posts=True,
    vendor="",
    journal_template="",
    api_host="https://api.example",
    login_host="https://login.example",
    web_host="https://web.example",
)


class Harness(SandboxHarness):
    """Purchase invoices that are posted, unless `choices` say otherwise."""

    accepts: type[base.Posted] | type[base.Delivered] = base.Posted
    writes: tuple[str, ...] = ("create", "post")
    reads: tuple[str, ...] = ("find", "chart", "scan")
    attaches: tuple[str, ...] = ("file", "content")
    waits: tuple[str, ...] = ("token", "create", "find", "chart")
    places: ClassVar[Mapping[str, Mapping[str, str]]] = PLACES
    known = Chart(
        accounts=(ChartEntry(code="7100", name="Bilgodtgjørelse, opplysningspliktig"),),
        vat_codes=(ChartEntry(code="HØY", name="25 %"),),
        dimensions={"AVD": (ChartEntry(code="10", name="Avdeling 10"),)},
    )

    def __init__(self, *, base: str, settings: DjangoSettings) -> None:
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
        self.remote.switches(attachments_are_linked=False)

    def post_there(self) -> None:
        """As a bookkeeper does by hand."""
        with Caller(base=self.remote.base, tenant=self.tenant) as somebody:
            for row in self.remote.vouchers(tenant=self.tenant):
                if row["status"] == "Draft":
                    kind = "journals" if row["document"] == "journal" else "purchaseInvoices"
                    somebody.call("POST", f"{COMPANY}/{kind}({row['id']})/Microsoft.NAV.post")

    def files(self) -> Sequence[HeldFile]:
        return [
            HeldFile(reference=row["vendorInvoiceNumber"], name=file["name"], sha256=file["sha256"])
            for row in self.remote.vouchers(tenant=self.tenant)
            for file in row["files"]
        ]

    def held(self) -> Sequence[Held]:
        return [
            Held(
                reference=row["vendorInvoiceNumber"],
                total_ore=int(Decimal(row["total"]) * 100),
                is_posted=row["status"] == "Open",
            )
            for row in self.remote.vouchers(tenant=self.tenant)
        ]


class DraftHarness(Harness):
    """Purchase invoices that are left as drafts."""

    accepts = base.Delivered
    writes = ("create",)

    def __init__(self, *, base: str, settings: DjangoSettings) -> None:
        super().__init__(base=base, settings=settings)
        self.choices = {"post": False}


class JournalHarness(Harness):
    """Journals that are posted, at a Business Central whose ledger takes files."""

    places: ClassVar[Mapping[str, Mapping[str, str]]] = PLACES | {
        "create": {"body": "journalLines"},
        "find": {"body": "documentNumber%20eq"},
        "scan": {"path": "/generalLedgerEntries"},
    }

    def __init__(self, *, base: str, settings: DjangoSettings) -> None:
        super().__init__(base=base, settings=settings)
        self.choices = {"document": JOURNAL}
        self.remote.switches(ledger_entries_take_attachments=True)


class JournalDraftHarness(JournalHarness):
    """Journals that are left for somebody to post."""

    accepts = base.Delivered
    writes = ("create",)

    def __init__(self, *, base: str, settings: DjangoSettings) -> None:
        super().__init__(base=base, settings=settings)
        self.choices = {"document": JOURNAL, "post": False}


@asynccontextmanager
async def opened(harness: Harness, *, permit: Permit | None = None) -> AsyncIterator[BusinessCentral]:
    connector = harness.connect(permit=permit or Gate())
    try:
        yield connector
    finally:
        await connector.close()
