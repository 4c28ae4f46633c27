"""What the companies hold, for people and tests: each voucher once, whichever document it is."""

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sluse.sandbox.business_central import show
from sluse.sandbox.business_central.books import Entry, Invoice, Journal
from sluse.sandbox.business_central.world import Company, Worlds

Voucher = dict[str, Any]


def vouchers(*, worlds: Worlds, tenant: str = "") -> Iterator[Voucher]:
    for world in worlds.all(tenant=tenant):
        for company in world.companies.values():
            where = {"tenant": world.tenant, "environment": world.environment, "company": company.id}
            for invoice in company.invoices.by_id.values():
                yield where | _invoice(company, invoice)
            for journal in company.journals.by_id.values():
                yield from (where | voucher for voucher in _staged(company, journal))
            for document, entries in company.entries_by_document.items():
                yield where | _posted(company, document, entries)


def counts(*, held: list[Voucher]) -> dict[str, Any]:
    posted = [voucher for voucher in held if voucher["status"] != "Draft"]
    return {
        "drafts": len(held) - len(posted),
        "posted": len(posted),
        "posted_total": f"{sum((Decimal(voucher['total']) for voucher in posted), Decimal(0)):.2f}",
    }


def _invoice(company: Company, invoice: Invoice) -> Voucher:
    body = show.invoice(company=company, invoice=invoice, expand={})
    names = ("id", "number", "status", "vendorNumber", "vendorInvoiceNumber", "invoiceDate", "postingDate")
    return {
        "document": "purchase_invoice",
        **{name: body[name] for name in (*names, "dueDate", "currencyCode")},
        "total": f"{invoice.total:.2f}",
        "dimensions": dict(invoice.dimensions),
        "files": _files(company, {invoice.id}),
        "lines": [
            {
                "account": line.account,
                "amount": f"{line.entered:.2f}",
                "description": line.description,
                "taxCode": line.tax_code,
                "dimensions": dict(line.dimensions),
            }
            for line in invoice.lines
        ],
    }


def _staged(company: Company, journal: Journal) -> Iterator[Voucher]:
    """By document number, as it will be posted."""
    filled = [line for line in journal.lines if not line.is_empty]
    for document in sorted({line.document for line in filled}):
        lines = [line for line in filled if line.document == document]
        yield {
            "document": "journal",
            "id": journal.id,
            "number": journal.code,
            "status": "Draft",
            "vendorNumber": next((line.account for line in lines if line.account_type == "Vendor"), ""),
            "vendorInvoiceNumber": document,
            "postingDate": lines[0].posting_date,
            "currencyCode": "NOK",
            "total": f"{sum((max(line.amount, Decimal(0)) for line in lines), Decimal(0)):.2f}",
            "files": _files(company, {line.id for line in lines}),
            "lines": [
                {
                    "account": line.account,
                    "amount": f"{line.amount:.2f}",
                    "description": line.description,
                    "comment": line.comment,
                    "taxCode": line.tax_code,
                    "dimensions": dict(line.dimensions),
                }
                for line in lines
            ],
        }


def _posted(company: Company, document: str, entries: list[Entry]) -> Voucher:
    return {
        "document": "journal",
        "id": entries[0].id,
        "number": document,
        "status": "Open",
        "vendorNumber": "",
        "vendorInvoiceNumber": document,
        "postingDate": entries[0].posting_date,
        "currencyCode": "NOK",
        "total": f"{sum((max(entry.amount, Decimal(0)) for entry in entries), Decimal(0)):.2f}",
        "files": _files(company, {entry.id for entry in entries}),
        "lines": [
            {
                "account": entry.account,
                "amount": f"{entry.amount:.2f}",
                "description": entry.description,
                "dimensions": dict(entry.dimensions),
            }
            for entry in entries
        ],
    }


def _files(company: Company, parents: set[str]) -> list[dict[str, str]]:
    return [
        {"name": file.name, "sha256": hashlib.sha256(file.content).hexdigest()}
        for file in company.files.values()
        if file.parent_id in parents
    ]
