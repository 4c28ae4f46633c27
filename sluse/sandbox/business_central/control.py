"""What only Business Central's sandbox can be asked and told."""

from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from sluse.sandbox import control, tokens
from sluse.sandbox.business_central import seed, show
from sluse.sandbox.business_central.front import Front
from sluse.sandbox.business_central.world import Company, Invoice, World

COMPANY_SETTINGS = {
    "allow_posting_from",
    "allow_posting_to",
    "may_write",
    "mandatory_dimensions",
    "rounds_invoices",
}


def routes(front: Front) -> list[Route]:
    own: list[control.Row] = [
        ("GET", "/demo", _demo),
        ("GET", "/vouchers", _vouchers),
        ("GET", "/counts", _counts),
        ("POST", "/company", _change_company),
        *control.sign_in(),
    ]
    return control.routes(front, own=own)


async def _demo(_front: Front, _request: Request) -> Any:
    """What a connector needs to know to connect; any GUID is a tenant and any GUID a client."""
    return {
        "company_id": seed.COMPANY_ID,
        "company_name": seed.COMPANIES[seed.COMPANY_ID][1],
        "environments": list(seed.ENVIRONMENTS),
        "client_secret": tokens.CLIENT_SECRET,
    }


async def _vouchers(front: Front, request: Request) -> Any:
    found = front.service.worlds.invoices(tenant=control.tenant_of(request))
    return {"items": [_voucher(*item) for item in found]}


async def _counts(front: Front, request: Request) -> Any:
    """Of one tenant, or of each by its id."""
    wanted = control.tenant_of(request)
    vouchers: dict[str, list[Invoice]] = {}
    for world, _company, invoice in front.service.worlds.invoices(tenant=wanted):
        vouchers.setdefault(world.tenant, []).append(invoice)
    tenants = {wanted} if wanted else set(vouchers) | set(front.record.counts)
    found = {tenant: _tenant_counts(front, tenant, vouchers.get(tenant, [])) for tenant in sorted(tenants)}
    return found[wanted] if wanted else found


async def _change_company(front: Front, request: Request) -> Any:
    """`{"tenant", "environment"?, "company"?, …}`: posting period, blocked accounts, rights, mandatory
    dimensions."""
    values = await request.json()
    world = front.service.worlds.get(
        tenant=values.pop("tenant"), environment=values.pop("environment", seed.ENVIRONMENTS[0])
    )
    world.application_is_enabled = values.pop("application_is_enabled", world.application_is_enabled)
    company = world.companies[values.pop("company", seed.COMPANY_ID)]
    company.blocked_accounts = set(values.pop("blocked_accounts", company.blocked_accounts))
    control.only_known(set(values), COMPANY_SETTINGS)
    for name, value in values.items():
        setattr(company, name, value)
    return {}


def _tenant_counts(front: Front, tenant: str, vouchers: list[Invoice]) -> dict[str, Any]:
    counts = front.record.counts_of(tenant=tenant)
    posted = [invoice for invoice in vouchers if invoice.is_posted]
    return {
        "requests": counts.requests,
        "tokens": counts.tokens,
        "changes": counts.changes,
        "drafts": len(vouchers) - len(posted),
        "posted": len(posted),
        "posted_total": f"{sum(invoice.total for invoice in posted):.2f}",
    }


def _voucher(world: World, company: Company, invoice: Invoice) -> dict[str, Any]:
    body = show.invoice(company=company, invoice=invoice, expand={})
    return {
        "tenant": world.tenant,
        "environment": world.environment,
        "company": company.id,
        **{name: body[name] for name in ("id", "number", "status", "vendorNumber", "vendorInvoiceNumber")},
        **{name: body[name] for name in ("invoiceDate", "postingDate", "dueDate", "currencyCode")},
        "total": f"{invoice.total:.2f}",
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
