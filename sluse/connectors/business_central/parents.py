"""What a file of a voucher hangs on: its invoice, the first line of its journal, or its first entry in the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sluse.connectors.base import Attachment
from sluse.connectors.business_central import forms, journals
from sluse.connectors.business_central.batch import OPERATIONS_MAX
from sluse.connectors.business_central.client import Client
from sluse.connectors.business_central.config import JOURNAL, Settings
from sluse.vouchers.voucher import Voucher

INVOICE, ENTRY_OR_LINE = "Purchase_x0020_Invoice", "Journal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """`path` is its own address."""

    path: str
    id: str
    type: str


async def of(
    *, client: Client, settings: Settings, attachments: Sequence[Attachment]
) -> Mapping[str, Parent]:
    """By reference; those that have none are left out. What a journal held has another id once it is posted."""
    if settings.document == JOURNAL:
        return await _of_journals(client, settings, attachments)
    return {
        attachment.voucher.reference: Parent(
            path=f"{settings.company_path}/purchaseInvoices({attachment.receipt.erp_id})",
            id=attachment.receipt.erp_id.lower(),
            type=INVOICE,
        )
        for attachment in attachments
    }


async def _of_journals(
    client: Client, settings: Settings, attachments: Sequence[Attachment]
) -> Mapping[str, Parent]:
    form = forms.of(settings)
    vouchers = list({attachment.voucher.reference: attachment.voucher for attachment in attachments}.values())
    found: dict[str, Parent] = {}
    size = OPERATIONS_MAX // 2
    for start in range(0, len(vouchers), size):
        part = vouchers[start : start + size]
        replies = await client.read_batch([call for voucher in part for call in form.look_up_calls(voucher)])
        rows = [await client.all_pages(reply.body) for reply in replies]
        for voucher, staged, entries in zip(part, rows[0::2], rows[1::2], strict=True):
            parent = _of_journal(settings, voucher, staged, entries)
            if parent is not None:
                found[voucher.reference] = parent
    return found


def _of_journal(
    settings: Settings,
    voucher: Voucher,
    staged: Sequence[journals.Row],
    entries: Sequence[journals.Row],
) -> Parent | None:
    posted = journals.posted_document(voucher.reference, entries)
    if posted is not None:
        path = f"{settings.company_path}/generalLedgerEntries({posted.id})"
        return Parent(path=path, id=posted.id.lower(), type=ENTRY_OR_LINE)
    for journal in staged:
        for line in journals.lines_of(journal, voucher.reference):
            path = f"{settings.company_path}/journals({journal.get('id')})/journalLines({line.get('id')})"
            return Parent(path=path, id=str(line.get("id")).lower(), type=ENTRY_OR_LINE)
    return None
