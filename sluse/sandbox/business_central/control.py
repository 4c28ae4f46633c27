"""The sandbox's own interface, under `/_sandbox/`: what it holds, what reached it, and what shall go
wrong."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sluse.sandbox.business_central import faults, seed, show
from sluse.sandbox.business_central.front import Front
from sluse.sandbox.business_central.limits import Limits
from sluse.sandbox.business_central.switches import Switches
from sluse.sandbox.business_central.tokens import LIFETIME_SECONDS
from sluse.sandbox.business_central.world import Company, Invoice, World

Handler = Callable[[Front, Request], Awaitable[Any]]

COMPANY_SETTINGS = {
    "allow_posting_from",
    "allow_posting_to",
    "may_write",
    "mandatory_dimensions",
    "rounds_invoices",
}


def routes(front: Front) -> list[Route]:
    table: list[tuple[str, str, Handler]] = [
        ("GET", "/demo", _demo),
        ("GET", "/requests", _requests),
        ("GET", "/vouchers", _vouchers),
        ("GET", "/counts", _counts),
        ("GET", "/state", _state),
        ("POST", "/faults", _add_fault),
        ("DELETE", "/faults", _clear_faults),
        ("POST", "/company", _change_company),
        ("POST", "/switches", _change_switches),
        ("POST", "/limits", _change_limits),
        ("GET", "/violations", _violations),
        ("POST", "/tokens/revoke", _revoke_tokens),
        ("POST", "/tokens/lifetime", _set_lifetime),
        ("POST", "/pause", _pause),
        ("POST", "/resume", _resume),
        ("POST", "/reset", _reset),
    ]
    return [
        Route(f"/_sandbox{path}", _endpoint(front, handler), methods=[method])
        for method, path, handler in table
    ]


def _endpoint(front: Front, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await handler(front, request))
        except (ValueError, TypeError, KeyError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return endpoint


async def _demo(_front: Front, _request: Request) -> Any:
    """What a connector needs to know to connect; any GUID is a tenant and any GUID a client."""
    return {
        "company_id": seed.COMPANY_ID,
        "company_name": seed.COMPANIES[seed.COMPANY_ID][1],
        "environments": list(seed.ENVIRONMENTS),
        "client_secret": seed.CLIENT_SECRET,
    }


async def _requests(front: Front, request: Request) -> Any:
    """`?tenant=&since=NUMBER&changes=1`"""
    found = front.record.of(
        tenant=_tenant(request),
        since=int(request.query_params.get("since", 0)),
        changes_only=request.query_params.get("changes") == "1",
    )
    return {"items": [entry.as_json() for entry in found]}


async def _vouchers(front: Front, request: Request) -> Any:
    found = front.service.worlds.invoices(tenant=_tenant(request))
    return {"items": [_voucher(*item) for item in found]}


async def _counts(front: Front, request: Request) -> Any:
    """Of one tenant, or of each by its id."""
    wanted = _tenant(request)
    vouchers: dict[str, list[Invoice]] = {}
    for world, _company, invoice in front.service.worlds.invoices(tenant=wanted):
        vouchers.setdefault(world.tenant, []).append(invoice)
    tenants = {wanted} if wanted else set(vouchers) | set(front.record.counts)
    found = {tenant: _tenant_counts(front, tenant, vouchers.get(tenant, [])) for tenant in sorted(tenants)}
    return found[wanted] if wanted else found


async def _state(front: Front, _request: Request) -> Any:
    return {
        "late": len(front.late),
        "paused": not front.going.is_set(),
        "unfinished": sum(entry.finished_at is None for entry in front.record.kept),
        "faults": [asdict(fault) for fault in front.service.faults.waiting if fault.count > 0],
        "switches": asdict(front.service.switches),
    }


async def _add_fault(front: Front, request: Request) -> Any:
    front.service.faults.add(faults.from_json(await request.json()))
    return {}


async def _clear_faults(front: Front, request: Request) -> Any:
    front.service.faults.clear(tenant=_tenant(request))
    return {}


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
    _only_known(set(values), COMPANY_SETTINGS)
    for name, value in values.items():
        setattr(company, name, value)
    return {}


async def _change_switches(front: Front, request: Request) -> Any:
    front.service.switches.change(await request.json())
    return asdict(front.service.switches)


async def _change_limits(front: Front, request: Request) -> Any:
    values = await request.json()
    _only_known(set(values), {"requests", "window_seconds", "concurrent", "queued"})
    front.limits.change(values)
    return {}


async def _violations(front: Front, _request: Request) -> Any:
    return {
        "items": list(front.limits.violations),
        "most_at_once": {tenant: use.most for tenant, use in front.limits.used.items()},
    }


async def _revoke_tokens(front: Front, _request: Request) -> Any:
    front.service.tokens.revoke_all()
    return {}


async def _set_lifetime(front: Front, request: Request) -> Any:
    front.service.tokens.lifetime_seconds = int((await request.json())["seconds"])
    return {}


async def _pause(front: Front, _request: Request) -> Any:
    front.going.clear()
    return {}


async def _resume(front: Front, _request: Request) -> Any:
    front.going.set()
    return {}


async def _reset(front: Front, request: Request) -> Any:
    """Of one tenant, or of all of them and everything else that was changed."""
    tenant = str((await request.json()).get("tenant", "")) if await request.body() else ""
    front.service.worlds.forget(tenant=tenant)
    front.service.faults.clear(tenant=tenant)
    front.record.forget(tenant=tenant)
    if not tenant:
        front.limits.change(asdict(Limits()))
        front.service.switches.change(asdict(Switches()))
        front.service.tokens.revoke_all()
        front.service.tokens.lifetime_seconds = LIFETIME_SECONDS
        front.going.set()
    return {}


def _tenant(request: Request) -> str:
    return request.query_params.get("tenant", "").lower()


def _tenant_counts(front: Front, tenant: str, vouchers: list[Invoice]) -> dict[str, Any]:
    counts = front.record.counts.get(tenant)
    posted = [invoice for invoice in vouchers if invoice.is_posted]
    return {
        "requests": counts.requests if counts else 0,
        "tokens": counts.tokens if counts else 0,
        "changes": counts.changes if counts else 0,
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


def _only_known(names: set[str], known: set[str]) -> None:
    if names - known:
        raise ValueError(f"There is no {min(names - known)} to change.")
