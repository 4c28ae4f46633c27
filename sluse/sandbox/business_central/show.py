"""Entities as the API shows them."""

from decimal import Decimal
from typing import Any

from sluse.sandbox.business_central import seed
from sluse.sandbox.business_central.world import Body, Company, Dimensions, File, Invoice, Line


def etag(version: int, key: str) -> str:
    return f'W/"{version}.{key[:8]}"'


def invoice_etag(invoice: Invoice) -> str:
    return etag(invoice.version, invoice.id)


def invoice(*, company: Company, invoice: Invoice, expand: dict[str, Any] | None = None) -> Body:
    vendor = company.row("vendors", "number", invoice.vendor) or {}
    shortcuts = dict(invoice.dimensions)
    body: Body = {
        "@odata.etag": invoice_etag(invoice),
        "id": invoice.id,
        "number": invoice.number or invoice.draft_number,
        "postingDate": invoice.posting_date,
        "invoiceDate": invoice.invoice_date,
        "dueDate": invoice.due_date,
        "vendorInvoiceNumber": invoice.vendor_invoice_number,
        "vendorId": vendor.get("id", seed.EMPTY_ID),
        "vendorNumber": invoice.vendor,
        "vendorName": vendor.get("displayName", ""),
        "payToVendorNumber": invoice.vendor,
        "shortcutDimension1Code": shortcuts.get("AVD", ""),
        "shortcutDimension2Code": shortcuts.get("PROSJEKT", ""),
        "currencyCode": invoice.currency,
        "pricesIncludeTax": invoice.prices_include_tax,
        "discountAmount": number(Decimal(0)),
        "totalAmountExcludingTax": number(invoice.total - invoice.tax),
        "totalTaxAmount": number(invoice.tax),
        "totalAmountIncludingTax": number(invoice.total),
        "status": invoice.status,
        "lastModifiedDateTime": invoice.modified_at,
    }
    for child, inner in (expand or {}).items():
        if child == "purchaseInvoiceLines":
            body[child] = [
                line(company=company, invoice=invoice, line=item, expand=inner) for item in invoice.lines
            ]
        else:
            body[child] = dimensions(company=company, values=invoice.dimensions, parent_id=invoice.id)
    return body


def line(*, company: Company, invoice: Invoice, line: Line, expand: dict[str, Any] | None = None) -> Body:
    account = company.row("accounts", "number", line.account) or {}
    tax = line.tax(included=invoice.prices_include_tax)
    gross = line.entered if invoice.prices_include_tax else line.entered + tax
    body: Body = {
        "@odata.etag": etag(invoice.version, line.id),
        "id": line.id,
        "documentId": invoice.id,
        "sequence": line.sequence,
        "itemId": seed.EMPTY_ID,
        "accountId": account.get("id", seed.EMPTY_ID),
        "lineType": line.type,
        "lineObjectNumber": line.account,
        "description": line.description,
        "description2": "",
        "unitOfMeasureCode": "",
        "unitCost": number(line.unit_cost),
        "quantity": number(line.quantity),
        "taxCode": line.tax_code,
        "taxPercent": line.tax_percent,
        "totalTaxAmount": number(tax),
        "amountExcludingTax": number(gross - tax),
        "amountIncludingTax": number(gross),
    }
    if "dimensionSetLines" in (expand or {}):
        body["dimensionSetLines"] = dimensions(company=company, values=line.dimensions, parent_id=line.id)
    return body


def dimensions(*, company: Company, values: Dimensions, parent_id: str) -> list[Body]:
    return [
        {
            "@odata.etag": etag(1, parent_id),
            "id": (company.row("dimensions", "code", code) or {}).get("id", seed.EMPTY_ID),
            "code": code,
            "parentId": parent_id,
            "valueCode": value,
        }
        for code, value in values
    ]


def file_etag(file: File) -> str:
    return etag(len(file.content), file.id)


def file(*, file: File, tells_size: bool) -> Body:
    return {
        "@odata.etag": file_etag(file),
        "id": file.id,
        "parentId": file.parent_id,
        "fileName": file.name,
        "byteSize": len(file.content) if tells_size else 0,
        "parentType": file.parent_type,
        "lastModifiedDateTime": file.modified_at,
    }


def dimension_code(*, company: Company, key: str) -> str:
    """Of a dimension set line, whose key is its dimension's."""
    return str((company.row("dimensions", "id", key.lower()) or {}).get("code", ""))


def ledger_setup(company: Company) -> Body:
    return {
        "@odata.etag": etag(1, company.id),
        "id": seed.stable_id(company.id, "generalLedgerSetup"),
        "allowPostingFrom": company.allow_posting_from,
        "allowPostingTo": company.allow_posting_to,
        "localCurrencyCode": seed.LOCAL_CURRENCY,
        "shortcutDimension1Code": "AVD",
        "shortcutDimension2Code": "PROSJEKT",
    }


def company(company: Company) -> Body:
    return {
        "id": company.id,
        "systemVersion": "27.0.0.0",
        "name": company.name,
        "displayName": company.display_name,
        "businessProfileId": "",
        "systemCreatedAt": seed.TIME,
        "systemModifiedAt": seed.TIME,
    }


def number(value: Decimal) -> int | float:
    """JSON's own number; an amount in øre is far inside what a float holds exactly enough to print."""
    return int(value) if value == value.to_integral_value() else float(value)
