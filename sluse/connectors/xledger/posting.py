"""Vouchers → the staging table, and one outcome for each.

One mutation takes many. When it is refused, a look-up says whether anything of it was kept; what was not is sent again
in smaller parts, until the voucher that is at fault stands alone.
"""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from sluse.connectors.base import (
    ConnectorError,
    Delivered,
    NotSent,
    Outcome,
    Receipt,
    Rejected,
    UnauthorizedError,
    UnavailableError,
    Uncertain,
)
from sluse.connectors.http import ExchangeError, NotSentError
from sluse.connectors.xledger import lookup, payloads, queries, sentences
from sluse.connectors.xledger.classify import Verdict
from sluse.connectors.xledger.client import Client, Reply
from sluse.connectors.xledger.config import Settings
from sluse.vouchers.voucher import Voucher


async def post(*, client: Client, settings: Settings, vouchers: Sequence[Voucher]) -> list[Outcome]:
    course = _Course(client=client, settings=settings)
    good = [voucher for voucher in vouchers if not course.is_hopeless(voucher)]
    try:
        for batch in payloads.batches(good):
            await course.send(batch)
    except UnauthorizedError as error:
        if not course.has_sent:
            raise
        course.settle_rest(vouchers, error)
    except ConnectorError as error:
        course.settle_rest(vouchers, error)
    return [course.outcomes[voucher.reference] for voucher in vouchers]


class _Course:
    """A voucher without an outcome is either doubtful, because a request may have put it there, or untouched."""

    def __init__(self, *, client: Client, settings: Settings) -> None:
        self.outcomes: dict[str, Outcome] = {}
        self.has_sent = False
        """Whether any request of this call may have changed anything."""
        self._client = client
        self._settings = settings
        self._doubtful: set[str] = set()

    def is_hopeless(self, voucher: Voucher) -> bool:
        """Settles what no request could bring there."""
        wrong = _problem(voucher)
        if wrong is not None:
            self.outcomes[voucher.reference] = wrong
        return wrong is not None

    async def send(self, vouchers: Sequence[Voucher]) -> None:
        reply = await self._add(vouchers)
        if reply.verdict is Verdict.DONE:
            self._take_answer(vouchers, reply)
            return
        absent = await self._not_kept(vouchers)
        if absent == [*vouchers] and len(vouchers) == 1:
            message = " ".join(error.message for error in reply.errors)
            rejected = sentences.refusal(message=message, response_code=reply.status)
            self.outcomes[vouchers[0].reference] = rejected
            return
        for part in _parts(absent, reply):
            await self.send(part)

    def settle_rest(self, vouchers: Sequence[Voucher], error: ConnectorError) -> None:
        seconds = error.retry_after_seconds if isinstance(error, UnavailableError) else None
        code = error.response_code if isinstance(error, ExchangeError) else None
        for voucher in vouchers:
            if voucher.reference in self.outcomes:
                continue
            if voucher.reference in self._doubtful:
                outcome: Outcome = Uncertain(reason=str(error), response_code=code)
            else:
                outcome = NotSent(reason=str(error), retry_after_seconds=seconds, response_code=code)
            self.outcomes[voucher.reference] = outcome

    async def _add(self, vouchers: Sequence[Voucher]) -> Reply:
        about = {voucher.reference for voucher in vouchers}
        content = {"inputs": payloads.inputs(vouchers, self._settings)}
        try:
            reply = await self._client.write(queries.ADD, content)
        except NotSentError:
            raise
        except UnavailableError:
            self._doubtful |= about
            self.has_sent = True
            raise
        self._doubtful |= about
        self.has_sent = True
        return reply

    def _take_answer(self, vouchers: Sequence[Voucher], reply: Reply) -> None:
        ids = _ids(reply.data.get("addGLImportItems"))
        for voucher in vouchers:
            keys = payloads.row_keys(voucher)
            if all(ids.get(key) for key in keys):
                receipt = Receipt(erp_id=ids[keys[0]])
                self.outcomes[voucher.reference] = Delivered(receipt=receipt, response_code=reply.status)
            else:
                reason = _("Xledger left a part of the request unanswered.")
                self.outcomes[voucher.reference] = Uncertain(reason=reason, response_code=reply.status)

    async def _not_kept(self, vouchers: Sequence[Voucher]) -> list[Voucher]:
        """Settles what is there in spite of the refusal; the others are untouched again."""
        found = await lookup.find(client=self._client, owner=self._settings.owner, vouchers=vouchers)
        for voucher in vouchers:
            there = found.get(voucher.reference)
            if there is None:
                continue
            if there.copies == 1 and there.total_ore == voucher.total_ore and not there.conflict:
                self.outcomes[voucher.reference] = Delivered(receipt=there.receipt)
            else:
                reason = _("Xledger refused a part of the voucher and kept another.")
                self.outcomes[voucher.reference] = Uncertain(reason=there.conflict or reason)
        absent = [voucher for voucher in vouchers if voucher.reference not in found]
        self._doubtful -= {voucher.reference for voucher in absent}
        return absent


def _problem(voucher: Voucher) -> Rejected | None:
    if len(voucher.lines) > payloads.ROWS_MAX:
        message = _(
            "The voucher has more lines than Xledger takes at once (%(max)s). Divide the reimbursement."
        )
        return Rejected(code="too_many_lines", message=message % {"max": payloads.ROWS_MAX})
    if voucher.currency != payloads.CURRENCY:
        message = _("Sluse posts only Norwegian kroner (NOK) to Xledger. Post this one there by hand.")
        return Rejected(code="currency_not_supported", message=message)
    unknown = payloads.unknown_dimensions(voucher)
    if unknown:
        message = _(
            "The mapping names the dimension %(code)s. For Xledger write project, xgl, or glObject1 to glObject5."
        )
        return Rejected(code="dimension_unknown", message=message % {"code": unknown[0]})
    return None


def _ids(connection: object) -> Mapping[str, str]:
    """The id of each row by its key; what is not in its form has none."""
    edges = connection.get("edges") if isinstance(connection, dict) else None
    found: dict[str, str] = {}
    for edge in edges if isinstance(edges, list) else []:
        node = edge.get("node") if isinstance(edge, dict) else None
        if isinstance(node, dict):
            found[str(edge.get("clientId"))] = payloads.text_of(node, "dbId")
    return found


def _parts(vouchers: Sequence[Voucher], reply: Reply) -> list[list[Voucher]]:
    """Those the refusal names each alone, after the rest; or two halves when it names none, or all."""
    values = {
        found["value"] for error in reply.errors for found in sentences.NO_VALUE.finditer(error.message)
    }
    suspects = [voucher for voucher in vouchers if values & _codes(voucher)]
    if 0 < len(suspects) < len(vouchers):
        rest = [voucher for voucher in vouchers if voucher not in suspects]
        return [rest, *_halves(suspects)]
    return _halves(vouchers)


def _halves(vouchers: Sequence[Voucher]) -> list[list[Voucher]]:
    middle = (len(vouchers) + 1) // 2
    return [part for part in ([*vouchers[:middle]], [*vouchers[middle:]]) if part]


def _codes(voucher: Voucher) -> set[str]:
    """Every code by which the voucher refers to something."""
    found = {voucher.claimant_number}
    for line in voucher.lines:
        found |= {line.account or "", line.vat_code or "", *(value for _code, value in line.dimensions)}
    return {code.strip() for code in found}
