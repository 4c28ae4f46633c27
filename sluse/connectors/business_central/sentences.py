"""Business Central's refusals in a bookkeeper's words: what is wrong, and where to change it."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluse.connectors import sentences
from sluse.connectors.sentences import Explanation, Known

CORRELATION = re.compile(r"\s*CorrelationId:\s*[0-9a-fA-F-]*\.?\s*$")


KNOWN = (
    Known(
        pattern=r"not within your range of allowed posting dates",
        code="period_closed",
        sentence=gettext_lazy(
            "The posting date is in a period that is closed in Business Central. Open it there (General "
            "Ledger Setup, Allow Posting From and To, also under User Setup), or choose another posting "
            "date."
        ),
    ),
    Known(
        pattern=r"Vendor (?P<value>[\w.-]{1,20}) is blocked",
        code="vendor_blocked",
        sentence=gettext_lazy("Vendor %(value)s is blocked in Business Central. Remove the block there."),
    ),
    Known(
        pattern=r"vendor cannot be found|related table \(Vendor\)",
        code="vendor_unknown",
        sentence=gettext_lazy(
            "Business Central has no vendor with the claimant's number. Create the vendor there, or "
            "correct the number."
        ),
    ),
    Known(
        pattern=r"\((?P<value>[\w.-]{1,20})\) that cannot be found in the related table \(G/L Account\)",
        code="account_unknown",
        sentence=gettext_lazy(
            "Business Central has no account %(value)s. Choose another account in the mapping, or create "
            "it there."
        ),
    ),
    Known(
        pattern=r"Blocked must be equal to 'No'.*G/L Account: No\.=(?P<value>[\w.-]{1,20})\.",
        code="account_blocked",
        sentence=gettext_lazy(
            "Account %(value)s is blocked in Business Central. Remove the block there, or choose another "
            "account in the mapping."
        ),
    ),
    Known(
        pattern=r"Direct Posting must be equal to.*G/L Account: No\.=(?P<value>[\w.-]{1,20})\.",
        code="account_not_direct",
        sentence=gettext_lazy(
            "Account %(value)s does not allow direct posting in Business Central. Choose another account "
            "in the mapping, or allow it on the account's card."
        ),
    ),
    Known(
        pattern=r"Account Type must be equal to.*G/L Account: No\.=(?P<value>[\w.-]{1,20})\.",
        code="account_not_posting",
        sentence=gettext_lazy(
            "Account %(value)s is a heading or a total in Business Central. Choose an account of the type"
            " Posting in the mapping."
        ),
    ),
    Known(
        pattern=r"Select a Dimension Value Code for the Dimension Code (?P<value>[\w.-]{1,20})",
        code="dimension_missing",
        sentence=gettext_lazy(
            "Business Central wants a value of the dimension %(value)s on this account. Give it in the "
            "mapping or on the reimbursement."
        ),
    ),
    Known(
        pattern=r"dimension set line already exists",
        code="dimension_preset",
        sentence=gettext_lazy(
            "A default dimension of the vendor or the account in Business Central collides with one from the "
            "mapping. Remove one of them."
        ),
    ),
    Known(
        pattern=r"does not match to a Dimension Value|do not refer to the same Dimension Value",
        code="dimension_value_unknown",
        sentence=gettext_lazy(
            "Business Central does not know the value of a dimension, such as a cost centre or a project."
            " Correct it, or create the value there."
        ),
    ),
    Known(
        pattern=r"does not match to a Dimension\.|specific Dimension\.",
        code="dimension_unknown",
        sentence=gettext_lazy(
            "Business Central does not know a dimension that the mapping names. Correct the dimension "
            "codes in the mapping."
        ),
    ),
    Known(
        pattern=r"value \((?P<value>[\w.-]{1,20})\) that cannot be found in the related table \(VAT Prod",
        code="vat_code_unknown",
        sentence=gettext_lazy(
            "Business Central has no VAT product posting group %(value)s. Choose another VAT code in the "
            "mapping."
        ),
    ),
    Known(
        pattern=r"currencyCode|currency values",
        code="currency_unknown",
        sentence=gettext_lazy("Business Central does not know the currency. Add it there."),
    ),
    Known(
        pattern=r"[Pp]osting (?:[Gg]roup|[Ss]etup)",
        code="posting_setup_missing",
        sentence=gettext_lazy(
            "A posting group or posting setup is missing in Business Central for this account, vendor or "
            "VAT code. Complete it there."
        ),
    ),
)


def explain(*, code: str, message: str) -> Explanation:
    explained = sentences.explain(known=KNOWN, message=message)
    if explained is not None:
        return explained
    if code == "Application_StringExceededLength":
        return Explanation(
            code="too_long", sentence=_("A text or a code is longer than Business Central takes. Shorten it.")
        )
    return Explanation(
        code="refused",
        sentence=_(
            "Business Central refused the voucher. Its own words say why; mend it there or in the mapping."
        ),
    )


def erp_words(message: str) -> str:
    """Without its correlation id."""
    return sentences.erp_words(CORRELATION.sub("", message))
