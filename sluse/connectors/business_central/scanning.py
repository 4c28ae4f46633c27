"""Every voucher of ours in Business Central since a day, whichever document it became and whoever remembers it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sluse.connectors.base import Found
from sluse.connectors.business_central import invoices, journals, lookup
from sluse.connectors.business_central.client import Client
from sluse.connectors.business_central.config import Settings
from sluse.connectors.business_central.documents import Document
from sluse.vouchers.reference import is_reference

PAGES = {"prefer": "odata.maxpagesize=5000"}
"""A page of as many short rows stays well below the largest answer we take."""
LONG_PAGES = {"prefer": "odata.maxpagesize=500"}
"""Journals come with their lines."""

There = dict[str, dict[str, Document]]
"""By reference and id."""


async def scan(*, client: Client, settings: Settings, since: date) -> dict[str, Found]:
    """Raises when not all of them could be read."""
    staged, ledger = journals.scan_paths(settings=settings, since=since)
    there: There = {}
    for row in await client.rows(staged, LONG_PAGES):
        _keep_staged(there, row, since)
    _keep_posted(there, await client.rows(ledger, PAGES))
    for row in await client.rows(invoices.scan_path(settings=settings, since=since), PAGES):
        if is_reference(str(row.get("vendorInvoiceNumber", "")).upper()):
            invoice = invoices.read_invoice(row)
            there.setdefault(invoice.reference.upper(), {})[invoice.id] = invoice
    return {
        reference: lookup.of_documents(list(found.values()), finishes=settings.posts)
        for reference, found in there.items()
    }


def _keep_staged(there: There, journal: Mapping[str, Any], since: date) -> None:
    """Whoever made the journal: what counts is the document number of its lines."""
    for reference in journals.line_references(journal, since=since):
        if is_reference(reference):
            document = journals.staged_document(journal, reference)
            there.setdefault(reference, {})[document.id] = document


def _keep_posted(there: There, entries: list[dict[str, Any]]) -> None:
    by_reference: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        reference = str(entry.get("documentNumber", "")).upper()
        if is_reference(reference):
            by_reference.setdefault(reference, []).append(entry)
    for reference, rows in by_reference.items():
        document = journals.posted_document(reference, rows)
        if document is not None:
            there.setdefault(reference, {})[document.id] = document
