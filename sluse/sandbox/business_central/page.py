"""What the sandbox's page shows of Business Central."""

from starlette.responses import HTMLResponse

from sluse.sandbox import page, tokens
from sluse.sandbox.business_central import seed
from sluse.sandbox.business_central.front import Front
from sluse.sandbox.business_central.world import Company, Invoice, World


def render(front: Front) -> HTMLResponse:
    return page.render(
        system="Business Central",
        about="A stand-in for Microsoft Dynamics 365 Business Central.",
        facts=(
            ("Tenant and client", "Any GUID. Each tenant is a world of its own."),
            ("Client secret", tokens.CLIENT_SECRET),
            ("Environment", " or ".join(seed.ENVIRONMENTS)),
            ("Company", f"{seed.COMPANY_ID} – {seed.COMPANIES[seed.COMPANY_ID][1]}"),
        ),
        held="Purchase invoices",
        heads=("Number", "Status", "Vendor", "Vendor invoice number", "Posting date", "Total", "Tenant"),
        rows=[_row(*found) for found in page.newest(list(front.service.worlds.invoices()))],
        record=front.record,
    )


def _row(world: World, _company: Company, invoice: Invoice) -> tuple[object, ...]:
    return (
        invoice.number or f"{invoice.draft_number} (draft)",
        invoice.status,
        invoice.vendor,
        invoice.vendor_invoice_number,
        invoice.posting_date,
        f"{invoice.total:.2f} {invoice.currency}",
        world.tenant,
    )
