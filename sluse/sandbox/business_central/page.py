"""What the sandbox's page shows of Business Central."""

from starlette.responses import HTMLResponse

from sluse.sandbox import page, tokens
from sluse.sandbox.business_central import holdings, seed
from sluse.sandbox.business_central.front import Front


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
        held="Vouchers",
        heads=(
            "Document",
            "Number",
            "Status",
            "Vendor",
            "Vendor invoice number",
            "Posting date",
            "Total",
            "Tenant",
        ),
        rows=[_row(one) for one in page.newest(list(holdings.vouchers(worlds=front.service.worlds)))],
        record=front.record,
    )


def _row(voucher: holdings.Voucher) -> tuple[object, ...]:
    names = ("document", "number", "status", "vendorNumber", "vendorInvoiceNumber", "postingDate")
    total = f"{voucher['total']} {voucher['currencyCode']}"
    return (*(voucher[name] for name in names), total, voucher["tenant"])
