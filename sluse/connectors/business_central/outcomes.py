"""What one answer means for one voucher. Pure."""

from django.utils.translation import gettext as _

from sluse.connectors.base import Delivered, NotSent, Outcome, Posted, Rejected, Uncertain
from sluse.connectors.business_central import classify, sentences
from sluse.connectors.business_central.batch import Reply
from sluse.connectors.business_central.classify import Verdict
from sluse.connectors.business_central.documents import Document, Status
from sluse.vouchers.voucher import Voucher


def of_failure(reply: Reply | None) -> Outcome:
    """Of an operation that was not done."""
    if reply is None:
        reason = _("Business Central left a part of the request unanswered.")
        return Uncertain(reason=reason)
    match reply.verdict:
        case Verdict.REFUSED:
            return refusal(reply)
        case Verdict.UNAUTHORIZED:
            reason = _("Business Central's permissions for Sluse do not allow this.")
            return NotSent(reason=reason, response_code=reply.status, needs_a_person=True)
        case Verdict.THROTTLED:
            reason = _("Business Central asks Sluse to wait: too many requests.")
            return NotSent(reason=reason, response_code=reply.status)
        case Verdict.GONE:
            reason = _("Business Central does not have this environment or company.")
            is_gone = classify.is_company_gone(verdict=reply.verdict, code=reply.code)
            return NotSent(reason=reason, response_code=reply.status, needs_a_person=is_gone)
    return Uncertain(
        reason=_("Business Central's answer does not say whether the voucher was taken in."),
        response_code=reply.status,
    )


def refusal(reply: Reply) -> Rejected:
    explained = sentences.explain(code=reply.code, message=reply.message)
    return Rejected(
        code=explained.code,
        message=explained.sentence,
        erp_message=sentences.erp_words(reply.message),
        response_code=reply.status,
    )


def total_differs() -> Rejected:
    return Rejected(
        code="total_differs",
        message=_(
            "Business Central came to another total than the approved one, so nothing was posted. Check the "
            "VAT code in the mapping, the VAT posting setup, and the currency of the vendor there."
        ),
    )


def dimensions_differ() -> Rejected:
    return Rejected(
        code="dimension_preset",
        message=_(
            "A default dimension of the vendor or the account in Business Central collides with one from the "
            "mapping. Remove one of them."
        ),
    )


def unclear_dimensions(reply: Reply | None) -> Uncertain:
    return Uncertain(
        reason=_("Business Central did not say clearly whether the voucher has its dimensions."),
        response_code=reply.status if reply else None,
    )


def vendor_currency(*, number: str, currency: str) -> Rejected:
    return Rejected(
        code="vendor_currency",
        message=_(
            "Vendor %(number)s has the currency %(currency)s in Business Central, and a journal would be in that "
            "currency. Remove it there, or choose purchase invoices."
        )
        % {"number": number, "currency": currency},
    )


def not_an_invoice() -> Rejected:
    return Rejected(
        code="not_an_invoice",
        message=_("This voucher cannot become a purchase invoice. Post it by hand in Business Central."),
    )


def reverse_by_hand(reference: str) -> Rejected:
    """A credit memo, whose number and posting people in the company have their own rules for."""
    return Rejected(
        code="reverse_by_hand",
        message=_(
            "Business Central reverses a posted purchase invoice with a credit memo, which Sluse does not make. Correct the "
            "invoice with vendor invoice number %(reference)s there, and then mark this reversal as booked by hand. The new "
            "version is sent after that."
        )
        % {"reference": reference},
    )


def of_document(*, voucher: Voucher, document: Document, response_code: int | None = None) -> Outcome | None:
    """Of one that is there; None for a draft, which is still to be finished."""
    if document.status is Status.DRAFT:
        return None
    if not document.has_content_of(voucher):
        return Uncertain(reason=_("Business Central holds this reference with other content."))
    if document.is_posted:
        return Posted(receipt=document.receipt, response_code=response_code)
    return Delivered(receipt=document.receipt, response_code=response_code)
