"""Journals and ledger entries as the API shows them."""

from decimal import Decimal
from typing import Any

from sluse.sandbox.business_central import seed, show
from sluse.sandbox.business_central.books import Entry, Journal, JournalLine
from sluse.sandbox.business_central.world import Body, Company


def journal_etag(journal: Journal) -> str:
    return show.etag(journal.version, journal.id)


def journal(*, journal: Journal) -> Body:
    return {
        "@odata.etag": journal_etag(journal),
        "id": journal.id,
        "code": journal.code,
        "displayName": journal.display_name,
        "templateDisplayName": journal.template,
        "lastModifiedDateTime": journal.modified_at,
        "balancingAccountId": seed.EMPTY_ID,
        "balancingAccountNumber": journal.balancing_account,
    }


def line(
    *, company: Company, journal: Journal, line: JournalLine, expand: dict[str, Any] | None = None
) -> Body:
    account = company.row("accounts", "number", line.account) or {}
    body: Body = {
        "@odata.etag": show.etag(journal.version, line.id),
        "id": line.id,
        "journalId": journal.id,
        "journalDisplayName": journal.code,
        "lineNumber": line.number,
        "accountType": line.account_type,
        "accountId": account.get("id", seed.EMPTY_ID),
        "accountNumber": line.account,
        "postingDate": line.posting_date,
        "documentNumber": line.document,
        "externalDocumentNumber": line.external,
        "amount": show.number(line.amount),
        "description": line.description,
        "comment": line.comment,
        "taxCode": line.tax_code,
        "balanceAccountType": line.balancing_type,
        "balancingAccountId": seed.EMPTY_ID,
        "balancingAccountNumber": line.balancing_account,
        "lastModifiedDateTime": journal.modified_at,
    }
    if "dimensionSetLines" in (expand or {}):
        body["dimensionSetLines"] = show.dimensions(
            company=company, values=line.dimensions, parent_id=line.id
        )
    return body


def entry(*, company: Company, entry: Entry) -> Body:
    account = company.row("accounts", "number", entry.account) or {}
    return {
        "@odata.etag": show.etag(1, entry.id),
        "id": entry.id,
        "entryNumber": entry.number,
        "postingDate": entry.posting_date,
        "documentNumber": entry.document,
        "documentType": "_x0020_",
        "accountId": account.get("id", seed.EMPTY_ID),
        "accountNumber": entry.account,
        "description": entry.description,
        "debitAmount": show.number(max(entry.amount, Decimal(0))),
        "creditAmount": show.number(max(-entry.amount, Decimal(0))),
        "additionalCurrencyDebitAmount": 0,
        "additionalCurrencyCreditAmount": 0,
        "lastModifiedDateTime": seed.TIME,
    }
