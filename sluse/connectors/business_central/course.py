"""What is known of each voucher during one call of `post`, and the two things that change it: writing and
looking.

A voucher is settled by its outcome. Until then it is either *doubtful*, because a request of this call may
have put it there, or provably untouched. Whatever ends the call early, that alone decides: doubtful is
`Uncertain`, untouched is `NotSent`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sluse.connectors.base import ConnectorError, NotSent, Outcome, Receipt, UnavailableError, Uncertain
from sluse.connectors.business_central import forms, lookup, payloads, ways
from sluse.connectors.business_central.batch import SNAPSHOT, Call, Reply
from sluse.connectors.business_central.classify import Operation, Verdict
from sluse.connectors.business_central.client import Client
from sluse.connectors.business_central.config import Settings
from sluse.connectors.business_central.documents import Document
from sluse.connectors.http import ExchangeError, NotSentError
from sluse.vouchers.voucher import Voucher


class Course:
    def __init__(self, *, client: Client, settings: Settings, unfinished: Mapping[str, Receipt]) -> None:
        self.outcomes: dict[str, Outcome] = {}
        self.drafts = {reference: receipt.erp_id for reference, receipt in unfinished.items()}
        """The ids of the drafts that are ours to finish, by reference."""
        self.may_have_changed = False
        """Whether any request of this call can have changed anything."""
        self.form = forms.of(settings)
        self.path = self.form.path
        self.company_path = settings.company_path
        self.ways = ways.of(settings)
        self.bare: set[str] = set()
        """References whose documents are made without dimensions, which follow one by one."""
        self._client = client
        self._settings = settings
        self._doubtful: set[str] = set()

    def vendor_number(self, voucher: Voucher) -> str:
        return payloads.vendor_number(voucher, self._settings)

    def settle(self, voucher: Voucher, outcome: Outcome) -> None:
        self.outcomes[voucher.reference] = outcome

    def open(self, vouchers: Sequence[Voucher]) -> list[Voucher]:
        """Those that have no outcome yet."""
        return [voucher for voucher in vouchers if voucher.reference not in self.outcomes]

    def settle_rest(self, vouchers: Sequence[Voucher], error: ConnectorError) -> None:
        seconds = error.retry_after_seconds if isinstance(error, UnavailableError) else None
        code = error.response_code if isinstance(error, ExchangeError) else None
        for voucher in self.open(vouchers):
            if voucher.reference in self._doubtful:
                outcome: Outcome = Uncertain(reason=str(error), response_code=code)
            else:
                outcome = NotSent(reason=str(error), retry_after_seconds=seconds, response_code=code)
            self.settle(voucher, outcome)

    def clear(self, vouchers: Sequence[Voucher]) -> None:
        """A look-up after the answer says that these are not there."""
        self._doubtful -= {voucher.reference for voucher in vouchers}

    async def look_up(self, vouchers: Sequence[Voucher]) -> dict[str, list[Document]]:
        return await lookup.documents(client=self._client, form=self.form, vouchers=vouchers)

    async def read(self, calls: Sequence[Call]) -> list[list[dict[str, Any]]]:
        """The rows of each; raises when any of them could not be read."""
        replies = await self._client.read_batch(calls)
        return [await self._client.all_pages(reply.body) for reply in replies]

    async def write(
        self, vouchers: Sequence[Voucher], calls: Sequence[Call], headers: Mapping[str, str]
    ) -> list[Reply | None]:
        """`vouchers` are all that the calls are about."""
        about = {voucher.reference for voucher in vouchers}
        try:
            replies = await self._client.write_batch(calls, headers)
        except NotSentError:
            raise
        except UnavailableError:
            self._doubtful |= about
            self.may_have_changed = True
            raise
        self._doubtful |= about
        self.may_have_changed |= _can_have_changed(calls, replies, headers)
        return replies


def _can_have_changed(
    calls: Sequence[Call], replies: Sequence[Reply | None], headers: Mapping[str, str]
) -> bool:
    """What a snapshot left unanswered behind a refusal was not begun."""
    changing = [
        reply for call, reply in zip(calls, replies, strict=True) if call.operation is not Operation.READ
    ]
    stopped = headers == SNAPSHOT and any(reply and reply.verdict is not Verdict.DONE for reply in changing)
    return any(
        not stopped if reply is None else reply.verdict in {Verdict.DONE, Verdict.LOCKED, Verdict.UNCLEAR}
        for reply in changing
    )
