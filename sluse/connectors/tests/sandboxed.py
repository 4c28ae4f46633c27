"""What ties the conformance suite to any sandbox over real HTTP: each harness has a tenant of its own in it."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, TypeVar

from pytest_django import Settings

from sluse.connectors.harness import Trouble, Wrong
from sluse.sandbox.remote import Remote
from sluse.vouchers.reference import numbers_for
from sluse.vouchers.voucher import Voucher, VoucherLine

BASE32 = "234567ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONG_SECONDS, SHORT_SECONDS = 20.0, 0.5
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


class SandboxHarness:
    """`places`: what the requests of a place are known by."""

    places: ClassVar[Mapping[str, Mapping[str, str]]]

    def __init__(self, *, base: str, tenant: str, settings: Settings) -> None:
        self.remote = Remote(base=base)
        self.tenant = tenant
        self.deadline_seconds = LONG_SECONDS
        self.choices: dict[str, Any] = {}
        self.settings = settings

    def address(self, wrong: Wrong | None) -> str:
        self.settings.ERP_DEADLINE_SECONDS = self.deadline_seconds
        return f"http://127.0.0.1:{_closed_port()}" if wrong is Wrong.ADDRESS else self.remote.base

    def cause(self, trouble: Trouble, *, at: str) -> None:
        self.deadline_seconds = SHORT_SECONDS if trouble in NEVER_ENDING else LONG_SECONDS
        self.remote.fault(tenant=self.tenant, **self.places[at], **FAULTS[trouble])

    def throttle(self, *, at: str, retry_after: str) -> None:
        self.remote.fault(tenant=self.tenant, kind="throttle", retry_after=retry_after, **self.places[at])

    def heal(self) -> None:
        self.deadline_seconds = LONG_SECONDS
        self.remote.clear_faults()
        self.remote.wait_until_quiet()

    def use_small_pages(self) -> None:
        self.remote.switches(page_rows_max=7)

    def changes(self) -> int:
        return int(self.remote.counts(tenant=self.tenant)["changes"])


AnyHarness = TypeVar("AnyHarness", bound=SandboxHarness)


def lent(harness: AnyHarness) -> Iterator[AnyHarness]:
    """To one test, speaking English; afterwards the sandbox is as it is from the start."""
    harness.settings.LANGUAGE_CODE = "en"
    yield harness
    harness.remote.reset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordinary:
    """Ordinary vouchers, each of an amount that no other number has, with these codes of the two dimensions."""

    cost_centre: str
    project: str

    def voucher(
        self,
        number: int,
        *,
        claimant: str = "",
        lines: Sequence[VoucherLine] | None = None,
        currency: str = "NOK",
        posting_date: date = date(2026, 11, 20),
    ) -> Voucher:
        reference = reference_of(number)
        debits = lines or [self.line("7100", 15_500 + number, number), self.line("7140", 5_600, number)]
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
            number=next(numbers_for(reference=reference)),
        )

    def line(
        self, account: str, amount_ore: int, number: int = 0, *, vat_code: str | None = None
    ) -> VoucherLine:
        return VoucherLine(
            account=account,
            amount_ore=amount_ore,
            text="Kjøring 2026-11-03",
            date=date(2026, 11, 3),
            vat_code=vat_code,
            dimensions=((self.cost_centre, "10"), (self.project, str(4201 + number % 50))),
        )


def reference_of(number: int) -> str:
    """In the form of ours, and unlike every other from its first characters on."""
    digits = [number // 32**place % 32 for place in range(16)]
    return "R" + "".join(BASE32[digit] for digit in digits)


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
