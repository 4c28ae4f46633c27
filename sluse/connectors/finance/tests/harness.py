"""Finance's tie to the conformance suite."""

import itertools
from collections.abc import Sequence
from decimal import Decimal

from pytest_django import Settings

from sluse.connectors import base, finance
from sluse.connectors.base import Chart, ChartEntry, Connector, Permit
from sluse.connectors.harness import Held, HeldFile, Wrong
from sluse.connectors.tests.sandboxed import Ordinary, SandboxHarness
from sluse.sandbox import finance as sandbox
from sluse.vouchers.voucher import Voucher

ORDINARY = Ordinary(cost_centre="CostCenter", project="Project")
voucher, line = ORDINARY.voucher, ORDINARY.line
TENANT = "5106d0e1-3333-4000-8000-00000000d3e0"
_numbers = itertools.count(1)


class Harness(SandboxHarness):
    accepts: type[base.Posted] | type[base.Delivered] = base.Delivered
    writes: tuple[str, ...] = ("journal", "lines")
    reads: tuple[str, ...] = ("find", "chart", "scan")
    attaches: tuple[str, ...] = ()
    waits: tuple[str, ...] = ("journal", "find", "chart")
    """Where an answer may say when to come back."""
    places = {
        "journal": {"path": "/$batch", "body": "/LedgerJournalHeaders?"},
        "lines": {"path": "/$batch", "body": "/LedgerJournalLines?"},
        "find": {"path": "/LedgerJournalHeaders"},
        "chart": {"path": "/MainAccounts"},
        "scan": {"path": "/LedgerJournalLines"},
    }
    known = Chart(
        accounts=(ChartEntry(code="7100", name="Bilgodtgjørelse, opplysningspliktig"),),
        dimensions={"Project": (ChartEntry(code="4250", name="Prosjekt 4250"),)},
    )

    def __init__(self, *, base: str, settings: Settings) -> None:
        super().__init__(base=base, tenant=f"sluse-{next(_numbers)}", settings=settings)

    def connect(self, *, permit: Permit, wrong: Wrong | None = None) -> Connector:
        self.settings.FINANCE_URL = f"{self.address(wrong)}/{{environment}}"
        self.settings.BUSINESS_CENTRAL_LOGIN_URL = self.remote.base
        return finance.connect(
            settings={
                "tenant_id": TENANT,
                "environment": self.tenant,
                "legal_entity": "zzz" if wrong is Wrong.COMPANY else sandbox.LEGAL_ENTITY,
                "journal_name": sandbox.JOURNAL_NAME,
                "dimension_format": "MainAccount-CostCenter-Project-Fund",
                **self.choices,
            },
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
        self.remote.run_job(tenant=self.tenant)

    def files(self) -> Sequence[HeldFile]:
        return []

    def held(self) -> Sequence[Held]:
        return [
            Held(
                reference=one["reference"],
                total_ore=int(Decimal(one["total"]) * 100),
                is_posted=one["state"] == "posted",
            )
            for one in self.remote.vouchers(tenant=self.tenant)
        ]
