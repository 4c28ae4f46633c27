"""The suite that every connector passes, here against the accounting system in memory."""

import uuid
from collections.abc import Sequence
from datetime import date

import pytest

from sluse.connectors import base, contract, fake
from sluse.connectors.base import Chart, Connector, Permit
from sluse.connectors.fake import ledger
from sluse.connectors.fake.ledger import NO_COMPANY, TOKEN, UNKNOWN_CLAIMANT
from sluse.connectors.harness import Case, Held, HeldFile, Trouble, Wrong
from sluse.vouchers.reference import reference_for
from sluse.vouchers.voucher import Voucher, VoucherLine

TROUBLES = [
    Trouble.ANSWER_LOST,
    Trouble.EXECUTED_LATE,
    Trouble.REQUEST_LOST,
    Trouble.SERVER_ERROR,
    Trouble.PARTIAL,
    Trouble.THROTTLED,
]


class Harness:
    accepts: type[base.Posted] | type[base.Delivered] = base.Posted
    writes: tuple[str, ...] = ("post",)
    reads: tuple[str, ...] = ("find", "chart", "scan")
    attaches: tuple[str, ...] = ("attach",)
    known = Chart(accounts=ledger.ACCOUNTS, vat_codes=ledger.VAT_CODES, dimensions=dict(ledger.DIMENSIONS))

    def __init__(self) -> None:
        self._company = str(uuid.uuid4())
        self._trouble: dict[str, str] = {}

    def connect(self, *, permit: Permit, wrong: Wrong | None = None) -> Connector:
        company = NO_COMPANY if wrong is Wrong.COMPANY else self._company
        trouble = {"trouble": "unreachable"} if wrong is Wrong.ADDRESS else self._trouble
        return fake.connect(
            settings={"company": company, **trouble},
            credentials={"token": "wrong" if wrong is Wrong.SECRET else TOKEN},
            permit=permit,
        )

    def voucher(self, number: int) -> Voucher:
        return _voucher(number, f"V{number + 1:05}")

    def refused_voucher(self, number: int) -> Voucher:
        return _voucher(number, UNKNOWN_CLAIMANT)

    def cause(self, trouble: Trouble, *, at: str) -> None:
        self._trouble = {"trouble": trouble.value, "place": at}

    def heal(self) -> None:
        self._trouble = {}
        ledger.ledger(company=self._company).catch_up()

    def use_small_pages(self) -> None:
        """It has no pages."""

    def refuse_files(self) -> None:
        ledger.ledger(company=self._company).takes_files = False

    def post_there(self) -> None:
        """It has posted already."""

    def files(self) -> Sequence[HeldFile]:
        return [
            HeldFile(reference=reference, name=name, sha256=sha256)
            for (reference, name), sha256 in ledger.ledger(company=self._company).files.items()
        ]

    def held(self) -> Sequence[Held]:
        return [
            Held(reference=entry.reference, total_ore=entry.total_ore, is_posted=True)
            for entry in ledger.ledger(company=self._company).entries.values()
        ]

    def changes(self) -> int:
        return ledger.ledger(company=self._company).changes


CASES = contract.cases(
    writes=Harness.writes, reads=Harness.reads, attaches=Harness.attaches, troubles=TROUBLES
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_conformance(case: Case) -> None:
    await case.run(Harness())


async def test_the_same_reference_with_another_amount_is_never_adopted() -> None:
    harness = Harness()
    connector = harness.connect(permit=_allow)
    await connector.post([_voucher(1, "V00001")], unfinished={})
    other = _voucher(1, "V00001", amount_ore=7)
    [outcome] = await connector.post([other], unfinished={})
    assert type(outcome).__name__ == "Uncertain"
    assert [held.total_ore for held in harness.held()] == [10_001]


async def _allow() -> None:
    pass


def _voucher(number: int, claimant: str, *, amount_ore: int | None = None) -> Voucher:
    day = date(2026, 11, 3)
    reference = reference_for(organization_slug="harness", external_id=str(number), version=1)
    amount_ore = amount_ore or 10_000 + number
    return Voucher(
        reference=reference,
        claimant_number=claimant,
        currency="NOK",
        posting_date=day,
        document_date=day,
        text=reference,
        lines=(
            VoucherLine(account="7100", amount_ore=amount_ore, text="Kjøring", date=day),
            VoucherLine(account="2990", amount_ore=-amount_ore, text=reference, date=day),
        ),
    )
