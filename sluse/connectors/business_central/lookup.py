"""Which of our vouchers are there: one batch of filtered reads, never from a replica that may lag behind."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from sluse.connectors.base import Found, Stage, UnavailableError
from sluse.connectors.business_central import payloads
from sluse.connectors.business_central.batch import OPERATIONS_MAX, Call
from sluse.connectors.business_central.classify import Operation
from sluse.connectors.business_central.client import Client
from sluse.connectors.business_central.payloads import Invoice, Status
from sluse.vouchers.voucher import Voucher


async def invoices(
    *, client: Client, company_path: str, vouchers: Sequence[Voucher]
) -> dict[str, list[Invoice]]:
    """Every invoice there is with the reference of one of these, by reference. Raises when any of them could
    not be told."""
    found: dict[str, list[Invoice]] = {}
    for start in range(0, len(vouchers), OPERATIONS_MAX):
        part = vouchers[start : start + OPERATIONS_MAX]
        replies = await client.read_batch([_call(company_path, voucher) for voucher in part])
        for voucher, reply in zip(part, replies, strict=True):
            rows = await client.all_pages(reply.body)
            found[voucher.reference] = [_checked(payloads.read_invoice(row), voucher) for row in rows]
    return found


def as_found(
    *, vouchers: Sequence[Voucher], invoices: Mapping[str, Sequence[Invoice]], posts: bool
) -> dict[str, Found]:
    """`posts`: a draft is ours to finish; otherwise it has come as far as it shall."""
    by_reference = {voucher.reference: voucher for voucher in vouchers}
    return {
        reference: _found(by_reference[reference], there, posts=posts)
        for reference, there in invoices.items()
        if there
    }


def _call(company_path: str, voucher: Voucher) -> Call:
    path = f"{company_path}/purchaseInvoices?{payloads.look_up_filter(voucher)}"
    return Call(operation=Operation.READ, method="GET", path=path)


def _checked(invoice: Invoice, voucher: Voucher) -> Invoice:
    """A server that passes over a filter would answer with other people's invoices."""
    if invoice.reference.upper() != voucher.reference:
        raise UnavailableError(_("Business Central answered a look-up with something else."))
    return invoice


def of_invoices(there: Sequence[Invoice], *, posts: bool) -> Found:
    """Beside a posted invoice a draft is no second voucher: Business Central refuses to post it."""
    posted = [invoice for invoice in there if invoice.is_posted]
    furthest = (posted or there)[0]
    return Found(
        stage=_stage(furthest, posts=posts),
        receipt=furthest.receipt,
        total_ore=furthest.total_ore,
        copies=len(posted or there),
    )


def _found(voucher: Voucher, there: Sequence[Invoice], *, posts: bool) -> Found:
    found = of_invoices(there, posts=posts)
    furthest = next(invoice for invoice in there if invoice.id == found.receipt.erp_id)
    return replace(found, total_ore=_total_ore(furthest, voucher))


def _stage(invoice: Invoice, *, posts: bool) -> Stage:
    """A draft in review is in other people's hands."""
    if invoice.is_posted:
        return Stage.POSTED
    return Stage.UNFINISHED if posts and invoice.status is Status.DRAFT else Stage.DELIVERED


def _total_ore(invoice: Invoice, voucher: Voucher) -> int:
    """In the voucher's currency; an invoice in another one has nothing of it."""
    same = invoice.has_content_of(voucher) or invoice.total_ore != voucher.total_ore
    return invoice.total_ore if same else 0
