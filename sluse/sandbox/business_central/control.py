"""What only Business Central's sandbox can be asked and told."""

from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from sluse.sandbox import control, tokens
from sluse.sandbox.business_central import holdings, seed
from sluse.sandbox.business_central.front import Front

COMPANY_SETTINGS = {
    "allow_posting_from",
    "allow_posting_to",
    "may_write",
    "mandatory_dimensions",
    "rounds_invoices",
    "default_dimensions",
    "posting_number_series",
    "posts_journals_later",
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
    tenant = control.tenant_of(request)
    return {"items": list(holdings.vouchers(worlds=front.service.worlds, tenant=tenant))}


async def _counts(front: Front, request: Request) -> Any:
    """Of one tenant, or of each by its id."""
    wanted = control.tenant_of(request)
    vouchers: dict[str, list[holdings.Voucher]] = {}
    for voucher in holdings.vouchers(worlds=front.service.worlds, tenant=wanted):
        vouchers.setdefault(voucher["tenant"], []).append(voucher)
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


def _tenant_counts(front: Front, tenant: str, vouchers: list[holdings.Voucher]) -> dict[str, Any]:
    counts = front.record.counts_of(tenant=tenant)
    return {
        "requests": counts.requests,
        "tokens": counts.tokens,
        "changes": counts.changes,
        **holdings.counts(held=vouchers),
    }
