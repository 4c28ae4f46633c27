"""Xledger's tie to the conformance suite: its sandbox over real HTTP, each harness in an entity of its own."""

import itertools
import socket
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pytest_django import Settings

from sluse.connectors import base, xledger
from sluse.connectors.base import Chart, ChartEntry, Connector, Permit
from sluse.connectors.harness import Held, HeldFile, Trouble, Wrong
from sluse.sandbox import xledger as sandbox
from sluse.sandbox.remote import Remote
from sluse.vouchers.reference import numbers_for, reference_for
from sluse.vouchers.voucher import Voucher, VoucherLine

LONG_SECONDS, SHORT_SECONDS = 20.0, 0.5
PLACES = {
    "add": {"body": "addGLImportItems"},
    "find": {"body": "glImportItems("},
    "chart": {"body": "accounts("},
    "scan": {"body": "query LedgerSince"},
    "attach": {"body": "updateGLImportItems"},
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
    Trouble.THROTTLED: {"kind": "throttle"},
    Trouble.REPEATING_PAGE: {"kind": "repeat", "count": 1_000},
}
NEVER_ENDING = {Trouble.NO_ANSWER, Trouble.DRIP}
_entities = itertools.count(5_000_001)


class Harness:
    accepts: type[base.Posted] | type[base.Delivered] = base.Delivered
    writes: tuple[str, ...] = ("add",)
    reads: tuple[str, ...] = ("find", "chart", "scan")
    attaches: tuple[str, ...] = ("attach",)
    known = Chart(
        accounts=(ChartEntry(code="7100", name="Bilgodtgjørelse, opplysningspliktig"),),
        vat_codes=(ChartEntry(code="1", name="Inngående mva 25 %"),),
        dimensions={"project": (ChartEntry(code="4250", name="Prosjekt 4250"),)},
    )

    def __init__(self, *, base: str, settings: Settings) -> None:
        self.remote = Remote(base=base)
        self.entity = str(next(_entities))
        self.deadline_seconds = LONG_SECONDS
        self.choices: dict[str, Any] = {}
        self._settings = settings

    def connect(self, *, permit: Permit, wrong: Wrong | None = None) -> Connector:
        unused = f"http://127.0.0.1:{_closed_port()}"
        address = unused if wrong is Wrong.ADDRESS else self.remote.base
        self._settings.XLEDGER_URL = f"{address}/graphql"
        self._settings.ERP_DEADLINE_SECONDS = self.deadline_seconds
        owner = "4299999" if wrong is Wrong.COMPANY else self.entity
        token = "wrong" if wrong is Wrong.SECRET else sandbox.token_of(entity=self.entity)
        return xledger.connect(
            settings={"owner": owner, **self.choices}, credentials={"token": token}, permit=permit
        )

    def voucher(self, number: int) -> Voucher:
        return voucher(number)

    def refused_voucher(self, number: int) -> Voucher:
        return voucher(number, claimant="V99999")

    def cause(self, trouble: Trouble, *, at: str) -> None:
        self.deadline_seconds = SHORT_SECONDS if trouble in NEVER_ENDING else LONG_SECONDS
        self.remote.fault(tenant=self.entity, **PLACES[at], **FAULTS[trouble])

    def heal(self) -> None:
        self.deadline_seconds = LONG_SECONDS
        self.remote.clear_faults()
        self.remote.wait_until_quiet()

    def use_small_pages(self) -> None:
        self.remote.switches(page_rows_max=7)

    def refuse_files(self) -> None:
        self.remote.switches(invoice_file="refused")

    def post_there(self) -> None:
        self.remote.run_job(tenant=self.entity)

    def files(self) -> Sequence[HeldFile]:
        return [
            HeldFile(
                reference=one["invoiceNumber"],
                name=file["name"].removeprefix(f"{one['invoiceNumber']}-"),
                sha256=file["sha256"],
            )
            for one in self.remote.vouchers(tenant=self.entity)
            for file in one["files"]
        ]

    def held(self) -> Sequence[Held]:
        return [
            Held(
                reference=one["invoiceNumber"],
                total_ore=int(Decimal(one["total"]) * 100),
                is_posted=one["state"] == "posted",
            )
            for one in self.remote.vouchers(tenant=self.entity)
        ]

    def changes(self) -> int:
        return int(self.remote.counts(tenant=self.entity)["changes"])


def voucher(
    number: int, *, claimant: str = "", lines: Sequence[VoucherLine] | None = None, currency: str = "NOK"
) -> Voucher:
    """An ordinary one, of an amount that no other number has."""
    reference = reference_for(organization_slug="harness", external_id=str(number), version=1)
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
        posting_date=date(2026, 11, 20),
        document_date=date(2026, 11, 3),
        text=reference,
        lines=(*debits, credit),
        number=next(numbers_for(reference=reference)),
    )


def line(account: str, amount_ore: int, number: int = 0, *, vat_code: str | None = None) -> VoucherLine:
    return VoucherLine(
        account=account,
        amount_ore=amount_ore,
        text="Kjøring 2026-11-03",
        date=date(2026, 11, 3),
        vat_code=vat_code,
        dimensions=(("glObject1", "10"), ("project", str(4201 + number % 50))),
    )


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
