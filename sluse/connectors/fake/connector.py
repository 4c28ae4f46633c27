"""The fake behind the seam. It posts at once, keeps one voucher for each reference, and fails as it is
told to."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from sluse.connectors import fields
from sluse.connectors.base import (
    Attached,
    Attachment,
    AttachmentOutcome,
    Chart,
    Company,
    Found,
    NotPermittedError,
    NotSent,
    Outcome,
    Permit,
    Posted,
    Receipt,
    Rejected,
    Stage,
    UnauthorizedError,
    UnavailableError,
    Uncertain,
    WrongCompanyError,
)
from sluse.connectors.fake import ledger
from sluse.connectors.fake.config import CONFIG
from sluse.connectors.fake.ledger import Entry, Ledger
from sluse.connectors.fake.trouble import Place, Trouble
from sluse.vouchers.reference import is_reference
from sluse.vouchers.voucher import Voucher

WAIT_SECONDS = 5
UNEXECUTED = {Trouble.REQUEST_LOST, Trouble.SERVER_ERROR}


def connect(*, settings: Mapping[str, Any], credentials: Mapping[str, str], permit: Permit) -> "Fake":
    complete = fields.with_defaults(CONFIG, settings)
    return Fake(
        company=complete["company"],
        token=credentials.get("token", ""),
        trouble=Trouble(complete["trouble"]),
        place=Place(complete["place"]),
        permit=permit,
    )


class Fake:
    batch_size = 50

    def __init__(self, *, company: str, token: str, trouble: Trouble, place: Place, permit: Permit) -> None:
        self._company = company
        self._token = token
        self._trouble = trouble
        self._place = place
        self._permit = permit

    async def check(self) -> Company:
        self._open(None)
        return Company(id=self._company, name=self._company)

    async def chart(self) -> Chart:
        self._open(Place.CHART)
        return Chart(accounts=ledger.ACCOUNTS, vat_codes=ledger.VAT_CODES, dimensions=dict(ledger.DIMENSIONS))

    async def find(self, vouchers: Sequence[Voucher]) -> dict[str, Found]:
        entries = self._open(Place.FIND).entries
        there = [entries[voucher.reference] for voucher in vouchers if voucher.reference in entries]
        return {entry.reference: _found(entry) for entry in there}

    async def scan(self, *, since: date) -> dict[str, Found]:
        entries = self._open(Place.SCAN).entries.values()
        ours = [entry for entry in entries if is_reference(entry.reference) and entry.posting_date >= since]
        return {entry.reference: _found(entry) for entry in ours}

    async def post(
        self,
        vouchers: Sequence[Voucher],
        *,
        unfinished: Mapping[str, Receipt],  # noqa: ARG002 — nothing is ever left unfinished here
    ) -> list[Outcome]:
        refused = await self._refused(Place.POST)
        if refused is not None:
            return [refused for _voucher in vouchers]
        opened, trouble = self._changed(Place.POST)
        return _answers(opened, vouchers, trouble)

    async def attach(self, attachments: Sequence[Attachment]) -> list[AttachmentOutcome]:
        refused = await self._refused(Place.ATTACH)
        if refused is not None:
            return [refused for _attachment in attachments]
        opened, trouble = self._changed(Place.ATTACH)
        if trouble is Trouble.EXECUTED_LATE:
            opened.late.append(lambda: [opened.keep(attachment) for attachment in attachments])
        elif trouble not in UNEXECUTED:
            kept = [opened.keep(attachment) for attachment in attachments]
            if trouble is Trouble.NONE:
                return [_attached(is_kept=one) for one in kept]
        return [Uncertain(reason=_("The accounting system gave no usable answer.")) for _one in attachments]

    async def close(self) -> None:
        pass

    async def _refused(self, place: Place) -> NotSent | None:
        """Why a request that would change something is not executed."""
        try:
            await self._permit()
        except NotPermittedError as error:
            return NotSent(reason=str(error))
        if self._trouble is Trouble.UNREACHABLE:
            return NotSent(reason=_("The accounting system could not be reached."))
        if self._place is place and self._trouble is Trouble.THROTTLED:
            self._open(None).changes += 1
            reason = _("The accounting system asks Sluse to wait.")
            return NotSent(reason=reason, retry_after_seconds=WAIT_SECONDS)
        return None

    def _changed(self, place: Place) -> tuple[Ledger, Trouble]:
        opened = self._open(None)
        opened.changes += 1
        return opened, self._trouble if self._place is place else Trouble.NONE

    def _open(self, place: Place | None) -> Ledger:
        """Raises as a reading does when it is not answered well."""
        if self._trouble is Trouble.UNREACHABLE or (
            place is self._place and self._trouble is not Trouble.NONE
        ):
            raise UnavailableError(_("The accounting system gave no usable answer."))
        if self._token != ledger.TOKEN:
            raise UnauthorizedError(_("The accounting system does not accept the token."))
        if self._company == ledger.NO_COMPANY:
            raise WrongCompanyError(_("There is no such company."))
        return ledger.ledger(company=self._company)


def _found(entry: Entry) -> Found:
    return Found(stage=Stage.POSTED, receipt=entry.receipt, total_ore=entry.total_ore)


def _attached(*, is_kept: bool) -> AttachmentOutcome:
    if is_kept:
        return Attached()
    return Rejected(code="file_refused", message=_("The accounting system does not take the receipt."))


def _answers(opened: Ledger, vouchers: Sequence[Voucher], trouble: Trouble) -> list[Outcome]:
    unclear: list[Outcome] = [
        Uncertain(reason=_("The accounting system gave no usable answer.")) for _voucher in vouchers
    ]
    if trouble in UNEXECUTED:
        return unclear
    if trouble is Trouble.EXECUTED_LATE:
        opened.late.append(lambda: [opened.take(voucher) for voucher in vouchers])
        return unclear
    outcomes = [_outcome(voucher, opened.take(voucher)) for voucher in vouchers]
    if trouble is Trouble.ANSWER_LOST:
        return unclear
    answered = len(vouchers) // 2 if trouble is Trouble.PARTIAL else len(vouchers)
    return [*outcomes[:answered], *unclear[answered:]]


def _outcome(voucher: Voucher, entry: Entry | None) -> Outcome:
    if entry is None:
        return Rejected(
            code="claimant_unknown", message=_("The accounting system does not know the claimant.")
        )
    if entry.total_ore != voucher.total_ore:
        return Uncertain(reason=_("The accounting system holds this reference with other content."))
    return Posted(receipt=entry.receipt)
