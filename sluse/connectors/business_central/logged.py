"""What the log may keep of what is said to Business Central: codes, nobody's vendor number, no text, no amount."""

from sluse.connectors.redaction import Fields, address, codes

LOGGED: Fields = {
    **codes(
        (
            *("requests", "responses", "id", "method", "status", "body", "value", "error", "code", "number"),
            *("vendorInvoiceNumber", "invoiceDate", "postingDate", "dueDate", "currencyCode"),
            *(
                "pricesIncludeTax",
                "purchaseInvoiceLines",
                "sequence",
                "lineType",
                "lineObjectNumber",
                "taxCode",
            ),
            *(
                "dimensionSetLines",
                "valueCode",
                "journalLines",
                "lineNumber",
                "accountType",
                "documentNumber",
            ),
            *("externalDocumentNumber", "templateDisplayName", "parentId", "parentType"),
        )
    ),
    "url": address,
    "@odata.nextLink": address,
}
