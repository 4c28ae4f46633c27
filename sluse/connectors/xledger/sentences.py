"""Xledger's refusals in a bookkeeper's words: what is wrong, and where to change it."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluse.connectors.base import Rejected
from sluse.connectors.sentences import Known, erp_words, explain

CODE = r"code '(?P<value>[^']{1,40})'"
NO_VALUE = re.compile(r"(?P<field>\w+)\.code: No value matching owner \d+, code '(?P<value>[^']*)'")


KNOWN = (
    Known(
        pattern=rf"subledger\.code: No value.*{CODE}",
        code="subledger_unknown",
        sentence=gettext_lazy(
            "Xledger has no subledger %(value)s. Create the claimant there as a supplier or employee, or correct "
            "the number."
        ),
    ),
    Known(
        pattern=rf"account\.code: No value.*{CODE}",
        code="account_unknown",
        sentence=gettext_lazy(
            "Xledger has no account %(value)s. Choose another account in the mapping, or create it there."
        ),
    ),
    Known(
        pattern=rf"taxRule\.code: No value.*{CODE}",
        code="vat_code_unknown",
        sentence=gettext_lazy("Xledger has no VAT code %(value)s. Choose another one in the mapping."),
    ),
    Known(
        pattern=rf"(?:project|glObject\d|xgl)\.code: No value.*{CODE}",
        code="dimension_value_unknown",
        sentence=gettext_lazy(
            "Xledger does not know the value %(value)s of a dimension, such as a cost centre or a project. Correct "
            "it, or create the value there."
        ),
    ),
    Known(
        pattern=rf"transactionSource\.code: No value.*{CODE}",
        code="voucher_type_unknown",
        sentence=gettext_lazy(
            "Xledger has no voucher type %(value)s. Correct it in the integration settings."
        ),
    ),
    Known(
        pattern=rf"currency\.code: No value.*{CODE}",
        code="currency_unknown",
        sentence=gettext_lazy("Xledger does not know the currency %(value)s. Add it there."),
    ),
    Known(
        pattern=r"[Pp]eriod.*(?:closed|not open)",
        code="period_closed",
        sentence=gettext_lazy(
            "The posting date is in a period that is closed in Xledger. Open it there, or choose another posting "
            "date in the mapping."
        ),
    ),
    Known(
        pattern=r"Account (?P<value>[\w.-]{1,20}) is not open",
        code="account_blocked",
        sentence=gettext_lazy(
            "Account %(value)s takes no postings in Xledger. Open it there, or choose another account in the "
            "mapping."
        ),
    ),
    Known(
        pattern=r"requires (?:glObject\d|project|xgl)",
        code="dimension_missing",
        sentence=gettext_lazy(
            "Xledger wants a value of a dimension on one of the accounts. Give it in the mapping or on the "
            "reimbursement."
        ),
    ),
)


def refusal(*, message: str, response_code: int | None = None) -> Rejected:
    """Of a request: nothing of the voucher was kept."""
    explained = explain(known=KNOWN, message=message)
    code = explained.code if explained else "refused"
    sentence = (
        explained.sentence
        if explained
        else _("Xledger refused the voucher. Its own words say why; mend it there or in the mapping.")
    )
    return Rejected(code=code, message=sentence, erp_message=erp_words(message), response_code=response_code)


def file_refusal(*, message: str, response_code: int | None = None) -> Rejected:
    """Of a receipt alone: its voucher stays as it is."""
    sentence = _(
        "Xledger refused the receipt; the voucher itself is there. Attach the receipt there by hand."
    )
    return Rejected(
        code="file_refused", message=sentence, erp_message=erp_words(message), response_code=response_code
    )


def late_refusal(*, message: str) -> Rejected:
    """Of the posting job: the rows stay in Xledger's import until somebody mends or removes them there."""
    explained = explain(known=KNOWN, message=message)
    staying = _(
        "Xledger took the voucher in and then refused to post it. Its rows still wait in Xledger's import: mend them "
        "and let the import run again there, or remove them there. Then retry here: Sluse looks first, and never "
        "sends what is still there."
    )
    return Rejected(
        code="refused_by_import",
        message=f"{explained.sentence} {staying}" if explained else staying,
        erp_message=erp_words(message),
    )
