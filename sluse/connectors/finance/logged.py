"""What the log may keep of what is said to Finance: codes, nobody's vendor number, no text, no amount. A batch is
multipart and is kept as its hash alone."""

from sluse.connectors.redaction import Fields, address, codes

LOGGED: Fields = {
    **codes(
        (
            *("value", "error", "code", "dataAreaId", "JournalBatchNumber", "JournalName", "IntegrationKey"),
            *("IsPosted", "LineNumber", "TransDate", "Voucher", "Document", "LegalEntityId"),
            *("MainAccountId", "MainAccountType", "DimensionName", "FinancialDimension"),
        )
    ),
    "@odata.nextLink": address,
}
