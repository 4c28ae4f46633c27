"""Xledger's tie to the conformance suite."""

import itertools
from collections.abc import Sequence
from decimal import Decimal

from pytest_django import Settings

from sluse.connectors import base, xledger
from sluse.connectors.base import Chart, ChartEntry, Connector, Permit
from sluse.connectors.harness import Held, HeldFile, Wrong
from sluse.connectors.tests.sandboxed import Ordinary, SandboxHarness
from sluse.sandbox import xledger as sandbox
from sluse.vouchers.voucher import Voucher

ORDINARY = Ordinary(cost_centre="glObject1", project="project")
voucher, line = ORDINARY.voucher, ORDINARY.line
_entities = itertools.count(5_000_001)


class Harness(SandboxHarness):
    accepts: type[base.Posted] | type[base.Delivered] = base.Delivered
    writes: tuple[str, ...] = ("add",)
    reads: tuple[str, ...] = ("find", "chart", "scan")
    attaches: tuple[str, ...] = ("attach",)
    places = {
        "add": {"body": "addGLImportItems"},
        "find": {"body": "glImportItems("},
        "chart": {"body": "accounts("},
        "scan": {"body": "query LedgerSince"},
        "attach": {"body": "updateGLImportItems"},
    }
    known = Chart(
        accounts=(ChartEntry(code="7100", name="Bilgodtgjørelse, opplysningspliktig"),),
        vat_codes=(ChartEntry(code="1", name="Inngående mva 25 %"),),
        dimensions={"project": (ChartEntry(code="4250", name="Prosjekt 4250"),)},
    )

    def __init__(self, *, base: str, settings: Settings) -> None:
        super().__init__(base=base, tenant=str(next(_entities)), settings=settings)

    def connect(self, *, permit: Permit, wrong: Wrong | None = None) -> Connector:
        self.settings.XLEDGER_URL = f"{self.address(wrong)}/graphql"
        owner = "4299999" if wrong is Wrong.COMPANY else self.tenant
        token = "wrong" if wrong is Wrong.SECRET else sandbox.token_of(entity=self.tenant)
        return xledger.connect(
            settings={"owner": owner, **self.choices}, credentials={"token": token}, permit=permit
        )

    def voucher(self, number: int) -> Voucher:
        return voucher(number)

    def refused_voucher(self, number: int) -> Voucher:
        return voucher(number, claimant="V99999")

    def refuse_files(self) -> None:
        self.remote.switches(invoice_file="refused")

    def post_there(self) -> None:
        self.remote.run_job(tenant=self.tenant)

    def files(self) -> Sequence[HeldFile]:
        return [
            HeldFile(
                reference=one["invoiceNumber"],
                name=file["name"].removeprefix(f"{one['invoiceNumber']}-"),
                sha256=file["sha256"],
            )
            for one in self.remote.vouchers(tenant=self.tenant)
            for file in one["files"]
        ]

    def held(self) -> Sequence[Held]:
        return [
            Held(
                reference=one["invoiceNumber"],
                total_ore=int(Decimal(one["total"]) * 100),
                is_posted=one["state"] == "posted",
            )
            for one in self.remote.vouchers(tenant=self.tenant)
        ]
