"""What one answer means for one voucher. Pure."""

from django.utils.translation import gettext as _

from sluse.connectors.base import NotSent, Outcome, Rejected, Uncertain
from sluse.connectors.finance import payloads, sentences
from sluse.connectors.finance.batch import Reply
from sluse.connectors.finance.classify import Verdict
from sluse.connectors.finance.client import turned_away, unauthorized
from sluse.connectors.finance.config import Settings
from sluse.vouchers.voucher import Voucher


def unfit(voucher: Voucher, settings: Settings) -> Rejected | None:
    """What is never sent."""
    if len(voucher.lines) > settings.lines_max:
        sentence = _(
            "The voucher has %(lines)s lines, and at most %(max)s are sent to Finance. Raise the limit in the "
            "integration settings, or divide the reimbursement."
        )
        numbers = {"lines": len(voucher.lines), "max": settings.lines_max}
        return Rejected(code="too_many_lines", message=sentence % numbers)
    unknown = payloads.unknown_dimensions(voucher, settings)
    if unknown:
        sentence = _(
            "The dimension format in the integration settings has no segment %(names)s. Correct it there, or "
            "the dimension codes in the mapping."
        )
        return Rejected(code="dimension_unknown", message=sentence % {"names": ", ".join(unknown)})
    if not settings.sales_tax_group and any(line.vat_code for line in voucher.lines):
        sentence = _(
            "The mapping gives a line a VAT code, but the integration settings name no sales tax group."
        )
        return Rejected(code="sales_tax_group_missing", message=sentence)
    return None


def of_failure(reply: Reply | None, *, has_journal: bool = False) -> Outcome:
    """Of a changeset that was not done. `has_journal`: something of the voucher, if nothing that counts, is there."""
    if reply is None:
        return Uncertain(reason=_("Finance left a part of the request unanswered."))
    match reply.verdict:
        case Verdict.REFUSED:
            return sentences.refusal(message=reply.message, response_code=reply.status)
        case Verdict.UNAUTHORIZED if not has_journal:
            return NotSent(reason=unauthorized(), response_code=reply.status)
        case Verdict.THROTTLED if not has_journal:
            return NotSent(reason=turned_away(reply), response_code=reply.status)
    return Uncertain(
        reason=_("Finance's answer does not say whether the voucher was taken in."),
        response_code=reply.status,
    )
