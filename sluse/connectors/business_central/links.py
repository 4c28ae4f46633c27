"""Where in Business Central a refusal is mended: addresses of its web client, built of our own settings alone.

Their form is Microsoft's (*Web client URL*), and the numbers are those of the base application's pages.
"""

from dataclasses import replace
from urllib.parse import quote, urlencode

from sluse.connectors.base import Outcome, Rejected
from sluse.connectors.business_central.config import Settings

CURRENCIES = 5
CHART_OF_ACCOUNTS = 16
VENDORS = 27
GENERAL_LEDGER_SETUP = 118
GENERAL_POSTING_SETUP = 314
VAT_PRODUCT_POSTING_GROUPS = 471
VAT_POSTING_SETUP = 472
DIMENSIONS = 536

PAGES = {
    "period_closed": GENERAL_LEDGER_SETUP,
    "vendor_blocked": VENDORS,
    "vendor_unknown": VENDORS,
    "vendor_currency": VENDORS,
    "account_unknown": CHART_OF_ACCOUNTS,
    "account_blocked": CHART_OF_ACCOUNTS,
    "account_not_direct": CHART_OF_ACCOUNTS,
    "account_not_posting": CHART_OF_ACCOUNTS,
    "dimension_missing": DIMENSIONS,
    "dimension_preset": DIMENSIONS,
    "dimension_value_unknown": DIMENSIONS,
    "dimension_unknown": DIMENSIONS,
    "vat_code_unknown": VAT_PRODUCT_POSTING_GROUPS,
    "total_differs": VAT_POSTING_SETUP,
    "currency_unknown": CURRENCIES,
    "posting_setup_missing": GENERAL_POSTING_SETUP,
}
"""By the code of the refusal. What is not here has no one place: its sentence says where to look."""


def linked(*, outcome: Outcome, settings: Settings) -> Outcome:
    if not isinstance(outcome, Rejected):
        return outcome
    return replace(outcome, link=to_mend(code=outcome.code, settings=settings))


def to_mend(*, code: str, settings: Settings) -> str:
    """Without a company's name the page opens in the reader's own company there."""
    if code not in PAGES:
        return ""
    company = {"company": settings.company_name} if settings.company_name else {}
    query = urlencode({**company, "page": PAGES[code]}, quote_via=quote)
    return f"{settings.web_host}/{settings.tenant_id}/{quote(settings.environment)}/?{query}"
