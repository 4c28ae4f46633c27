"""What only Xledger's sandbox can be asked and told."""

from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from sluse.sandbox import control
from sluse.sandbox.xledger import job, seed, show
from sluse.sandbox.xledger.front import Front


def routes(front: Front) -> list[Route]:
    own: list[control.Row] = [
        ("GET", "/demo", _demo),
        ("GET", "/vouchers", _vouchers),
        ("GET", "/counts", _counts),
        ("POST", "/company", _change_company),
        ("POST", "/tokens/revoke", _revoke_tokens),
        ("POST", "/job", _run_job),
        ("POST", "/staged/remove", _remove_staged),
    ]
    return control.routes(front, own=own)


async def _demo(_front: Front, _request: Request) -> Any:
    """What a connector needs to know to connect; any entity has a token of this form."""
    return {"owner": seed.ENTITY, "token": seed.token_of(entity=seed.ENTITY), "company_name": seed.NAME}


async def _vouchers(front: Front, request: Request) -> Any:
    worlds = front.service.worlds.all(tenant=control.tenant_of(request))
    return {"items": [voucher for world in worlds for voucher in show.vouchers(world)]}


async def _counts(front: Front, request: Request) -> Any:
    """Of one entity, or of each by its number."""
    wanted = control.tenant_of(request)
    entities = {wanted} if wanted else set(front.service.worlds.made) | set(front.record.counts)
    found = {entity: _entity_counts(front, entity) for entity in sorted(entities)}
    return found[wanted] if wanted else found


async def _change_company(front: Front, request: Request) -> Any:
    """`{"tenant", "open_from"?, "blocked_accounts"?, "mandatory_objects"?}`"""
    values = await request.json()
    world = front.service.worlds.get(entity=values.pop("tenant"))
    world.open_from = values.pop("open_from", world.open_from)
    world.blocked_accounts = set(values.pop("blocked_accounts", world.blocked_accounts))
    world.mandatory_objects = dict(values.pop("mandatory_objects", world.mandatory_objects))
    control.only_known(set(values), set())
    return {}


async def _revoke_tokens(front: Front, _request: Request) -> Any:
    """Until a reset."""
    front.service.revoked = True
    return {}


async def _run_job(front: Front, request: Request) -> Any:
    """`{"tenant"?, "again"?}`: posts what is staged, as the job does every half hour."""
    values = await request.json()
    for world in front.service.worlds.all(tenant=str(values.get("tenant", ""))):
        job.run(world, again=bool(values.get("again")))
    return {}


async def _remove_staged(front: Front, request: Request) -> Any:
    """`{"tenant", "invoice_number"}`: as a bookkeeper does by hand."""
    values = await request.json()
    world = front.service.worlds.get(entity=values["tenant"])
    world.staged = [row for row in world.staged if row.get("invoiceNumber") != values["invoice_number"]]
    return {}


def _entity_counts(front: Front, entity: str) -> dict[str, Any]:
    counts = front.record.counts_of(tenant=entity)
    held = [one for world in front.service.worlds.all(tenant=entity) for one in show.vouchers(world)]
    states = [one["state"] for one in held]
    posted = sum((Decimal(one["total"]) for one in held if one["state"] == "posted"), Decimal(0))
    return {
        "requests": counts.requests,
        "changes": counts.changes,
        "staged": states.count("staged"),
        "failed": states.count("failed"),
        "posted": states.count("posted"),
        "posted_total": f"{posted:.2f}",
    }
