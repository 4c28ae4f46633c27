"""Every voucher of ours in Business Central since a day, whoever still remembers it."""

from datetime import date

from sluse.connectors.base import Found
from sluse.connectors.business_central import lookup, payloads
from sluse.connectors.business_central.client import Client
from sluse.connectors.business_central.config import Settings
from sluse.connectors.business_central.payloads import Invoice
from sluse.vouchers.reference import is_reference

PAGES = {"prefer": "odata.maxpagesize=5000"}
"""A page of as many short rows stays well below the largest answer we take."""


async def scan(*, client: Client, settings: Settings, since: date) -> dict[str, Found]:
    """Raises when not all of them could be read."""
    found: dict[str, dict[str, Invoice]] = {}
    path = f"{settings.company_path}/purchaseInvoices?{payloads.scan_query(since)}"
    for row in await client.rows(path, PAGES):
        if is_reference(str(row.get("vendorInvoiceNumber", "")).upper()):
            invoice = payloads.read_invoice(row)
            found.setdefault(invoice.reference.upper(), {})[invoice.id] = invoice
    return {
        reference: lookup.of_invoices(list(there.values()), posts=settings.posts)
        for reference, there in found.items()
    }
