"""Vouchers → journals: first the journals, whose numbers Finance gives, then the lines of each in one changeset.

The lines are all there or none, and numbered by us, so that the same lines cannot be added twice to one journal. A
journal without lines holds nothing: it is ours to finish, and goes when its lines are refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sluse.connectors.base import (
    ConnectorError,
    Delivered,
    NotSent,
    Outcome,
    Receipt,
    UnauthorizedError,
    UnavailableError,
    Uncertain,
)
from sluse.connectors.finance import outcomes, payloads
from sluse.connectors.finance.batch import Call, Reply
from sluse.connectors.finance.classify import Operation, Verdict
from sluse.connectors.finance.client import Client
from sluse.connectors.finance.config import Settings
from sluse.connectors.http import ExchangeError, NotSentError
from sluse.vouchers.voucher import Voucher


@dataclass(slots=True, kw_only=True)
class _Course:
    """What is known of each voucher: its journal, whether a request may have left something of it, its outcome."""

    journals: dict[str, str]
    etags: dict[str, str] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def open(self, vouchers: Sequence[Voucher]) -> list[Voucher]:
        return [voucher for voucher in vouchers if voucher.reference not in self.outcomes]


async def post(
    *, client: Client, settings: Settings, vouchers: Sequence[Voucher], unfinished: Mapping[str, Receipt]
) -> list[Outcome]:
    course = _Course(journals={reference: receipt.erp_id for reference, receipt in unfinished.items()})
    for voucher in vouchers:
        refused = outcomes.unfit(voucher, settings)
        if refused is not None:
            course.outcomes[voucher.reference] = refused
    try:
        await _make_journals(client, settings, course, course.open(vouchers))
        await _add_lines(client, settings, course, course.open(vouchers))
    except UnauthorizedError as error:
        if not course.doubtful:
            raise
        _settle_rest(course, vouchers, error)
    except ConnectorError as error:
        _settle_rest(course, vouchers, error)
    return [course.outcomes[voucher.reference] for voucher in vouchers]


async def _make_journals(
    client: Client, settings: Settings, course: _Course, vouchers: Sequence[Voucher]
) -> None:
    new = [voucher for voucher in vouchers if voucher.reference not in course.journals]
    if not new:
        return
    calls = [
        [
            Call(
                operation=Operation.CREATE,
                method="POST",
                path="LedgerJournalHeaders?cross-company=true",
                body=payloads.header(voucher, settings),
            )
        ]
        for voucher in new
    ]
    for voucher, replies in zip(new, await _write(client, course, new, calls), strict=True):
        failed = _failed(replies, 1)
        if failed is not None:
            course.outcomes[voucher.reference] = outcomes.of_failure(failed.reply)
        elif not _take_journal(course, voucher, replies):
            course.outcomes[voucher.reference] = outcomes.of_failure(None)


def _take_journal(course: _Course, voucher: Voucher, replies: Sequence[Reply] | None) -> bool:
    """Only when the answer is about this voucher."""
    row = replies[0].body if replies else None
    if not isinstance(row, dict):
        return False
    number, names = row.get("JournalBatchNumber"), {row.get("IntegrationKey"), row.get("Description")}
    if not isinstance(number, str) or not number or voucher.reference not in names:
        return False
    course.journals[voucher.reference] = number
    course.etags[voucher.reference] = str(row.get("@odata.etag", ""))
    return True


async def _add_lines(
    client: Client, settings: Settings, course: _Course, vouchers: Sequence[Voucher]
) -> None:
    if not vouchers:
        return
    calls = [
        [
            Call(
                operation=Operation.CREATE,
                method="POST",
                path="LedgerJournalLines?cross-company=true",
                body=body,
            )
            for body in payloads.lines(voucher, settings, journal=course.journals[voucher.reference])
        ]
        for voucher in vouchers
    ]
    refused: list[Voucher] = []
    for voucher, replies in zip(vouchers, await _write(client, course, vouchers, calls), strict=True):
        failed = _failed(replies, len(voucher.lines))
        if failed is None:
            receipt = Receipt(erp_id=course.journals[voucher.reference])
            course.outcomes[voucher.reference] = Delivered(receipt=receipt, response_code=201)
            continue
        course.outcomes[voucher.reference] = outcomes.of_failure(failed.reply, has_journal=True)
        if failed.reply is not None and failed.reply.verdict is Verdict.REFUSED:
            refused.append(voucher)
    await _remove(client, settings, course, refused)


async def _remove(client: Client, settings: Settings, course: _Course, vouchers: Sequence[Voucher]) -> None:
    """Their empty journals, as they were made. What stays behind after all holds nothing and is found again."""
    ours = [voucher for voucher in vouchers if course.etags.get(voucher.reference)]
    calls = [
        [
            Call(
                operation=Operation.DELETE,
                method="DELETE",
                path=payloads.header_path(settings, journal=course.journals[voucher.reference]),
                etag=course.etags[voucher.reference],
            )
        ]
        for voucher in ours
    ]
    try:
        if calls:
            await client.write(calls)
    except ConnectorError:
        return


async def _write(
    client: Client, course: _Course, vouchers: Sequence[Voucher], calls: Sequence[Sequence[Call]]
) -> list[list[Reply] | None]:
    about = {voucher.reference for voucher in vouchers}
    try:
        found = await client.write(calls)
    except (NotSentError, UnauthorizedError):
        raise
    except UnavailableError:
        course.doubtful |= about
        raise
    course.doubtful |= about
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failed:
    reply: Reply | None


def _failed(replies: Sequence[Reply] | None, operations: int) -> _Failed | None:
    """The first that was not done; no reply where some are missing."""
    for reply in replies or ():
        if reply.verdict is not Verdict.DONE:
            return _Failed(reply=reply)
    return None if replies is not None and len(replies) == operations else _Failed(reply=None)


def _settle_rest(course: _Course, vouchers: Sequence[Voucher], error: ConnectorError) -> None:
    seconds = error.retry_after_seconds if isinstance(error, UnavailableError) else None
    code = error.response_code if isinstance(error, ExchangeError) else None
    for voucher in course.open(vouchers):
        is_doubtful = voucher.reference in course.doubtful
        course.outcomes[voucher.reference] = (
            Uncertain(reason=str(error), response_code=code)
            if is_doubtful
            else NotSent(reason=str(error), retry_after_seconds=seconds, response_code=code)
        )
