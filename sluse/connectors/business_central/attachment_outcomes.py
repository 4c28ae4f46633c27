"""What one answer means for one file. Pure."""

from django.utils.translation import gettext as _

from sluse.connectors.base import AttachmentOutcome, NotSent, Rejected, Uncertain
from sluse.connectors.business_central import documents, sentences
from sluse.connectors.business_central.batch import Reply
from sluse.connectors.business_central.classify import Verdict
from sluse.connectors.business_central.documents import File
from sluse.connectors.http import UnclearError

POSTED_TEXT = "has been posted and can no longer be modified"


def of_failure(reply: Reply | None) -> AttachmentOutcome:
    """Of a file that was not made, or not filled."""
    if reply is None:
        return Uncertain(reason=_("Business Central left a part of the request unanswered."))
    if reply.verdict is Verdict.LOOK_UP and POSTED_TEXT in reply.message:
        return _refusal(reply)
    match reply.verdict:
        case Verdict.REFUSED | Verdict.GONE:
            return _refusal(reply)
        case Verdict.UNAUTHORIZED:
            reason = _("Business Central's permissions for Sluse do not allow this.")
            return NotSent(reason=reason, response_code=reply.status)
        case Verdict.THROTTLED:
            reason = _("Business Central asks Sluse to wait: too many requests.")
            return NotSent(reason=reason, response_code=reply.status)
    return Uncertain(
        reason=_("Business Central's answer does not say whether the file was taken in."),
        response_code=reply.status,
    )


def of_unfilled(reply: Reply) -> AttachmentOutcome:
    """Of a file that is there already, but without its content: it is never *not sent*."""
    outcome = of_failure(reply)
    if isinstance(outcome, NotSent):
        return Uncertain(reason=outcome.reason, response_code=outcome.response_code)
    return outcome


def no_document() -> Rejected:
    return Rejected(
        code="document_gone",
        message=_("The voucher is not in Business Central any more, so no file can be added to it."),
    )


def unlinked() -> Rejected:
    return Rejected(
        code="attachment_unlinked",
        message=_("Business Central did not tie the file to the voucher. Add it there by hand."),
    )


def file_in(reply: Reply | None) -> File | None:
    """None when the reply holds no file that can be read."""
    if reply is None or reply.verdict is not Verdict.DONE:
        return None
    try:
        return documents.read_file(reply.body)
    except UnclearError:
        return None


def _refusal(reply: Reply) -> Rejected:
    if POSTED_TEXT in reply.message:
        message = _("Business Central adds no file to what is posted. Add it there by hand.")
    else:
        message = _("Business Central refused the file. Its own words say why; add it there by hand.")
    return Rejected(
        code="attachment_refused",
        message=message,
        erp_message=sentences.erp_words(reply.message),
        response_code=reply.status,
    )
