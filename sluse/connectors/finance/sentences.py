"""Finance's refusals in a bookkeeper's words: what is wrong, and where to change it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluse.connectors.base import Rejected
from sluse.connectors.sentences import Known, erp_words, explain

CODE = r"(?P<value>[\w.-]{1,20})"

KNOWN = (
    Known(
        pattern=rf"value '{CODE}' in field 'Account' is not found in 'Vendors'",
        code="vendor_unknown",
        sentence=gettext_lazy(
            "Finance has no vendor %(value)s. Create the claimant there as a vendor, or correct the number."
        ),
    ),
    Known(
        pattern=rf"Account {CODE} is on hold",
        code="vendor_blocked",
        sentence=gettext_lazy("Vendor %(value)s is on hold in Finance. Release it there."),
    ),
    Known(
        pattern=rf"value '{CODE}' in field 'Main account' is not found",
        code="account_unknown",
        sentence=gettext_lazy(
            "Finance has no main account %(value)s. Choose another account in the mapping, or create it there."
        ),
    ),
    Known(
        pattern=rf"{CODE} value [^ ;]{{1,40}} does not exist",
        code="dimension_value_unknown",
        sentence=gettext_lazy(
            "Finance does not know a value of the dimension %(value)s. Correct it, or create the value there."
        ),
    ),
    Known(
        pattern=r"more segments than the dimension format",
        code="dimension_format",
        sentence=gettext_lazy(
            "The dimension format in the integration settings is not the one of the legal entity in Finance."
        ),
    ),
    Known(
        pattern=rf"value '{CODE}' in field 'Name' is not found in 'Journal names'",
        code="journal_name_unknown",
        sentence=gettext_lazy(
            "Finance has no journal name %(value)s. Correct it in the integration settings, or create it there."
        ),
    ),
    Known(
        pattern=rf"value '{CODE}' in field '(?:Item)?SalesTaxGroup' is not found",
        code="vat_code_unknown",
        sentence=gettext_lazy(
            "Finance has no sales tax group %(value)s. Choose another VAT code in the mapping, or correct the "
            "sales tax group in the integration settings."
        ),
    ),
    Known(
        pattern=rf"value '{CODE}' in field 'Currency' is not found",
        code="currency_unknown",
        sentence=gettext_lazy("Finance does not know the currency %(value)s. Add it there."),
    ),
    Known(
        pattern=r"[Pp]eriod.*(?:closed|on hold|not open)",
        code="period_closed",
        sentence=gettext_lazy(
            "The posting date is in a period that is closed in Finance. Open it there, or choose another posting "
            "date in the mapping."
        ),
    ),
)


def refusal(*, message: str, response_code: int | None = None) -> Rejected:
    explained = explain(known=KNOWN, message=message)
    return Rejected(
        code=explained.code if explained else "refused",
        message=explained.sentence
        if explained
        else _("Finance refused the voucher. Its own words say why; mend it there or in the mapping."),
        erp_message=erp_words(message),
        response_code=response_code,
    )
