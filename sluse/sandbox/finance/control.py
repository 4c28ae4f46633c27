"""What only Finance's sandbox can be asked and told. An environment stands for the tenant."""

from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from sluse.sandbox import control
from sluse.sandbox.finance.front import Front
from sluse.sandbox.finance.world import shown


def routes(front: Front) -> list[Route]:
    own: list[control.Row] = [
        ("GET", "/vouchers", _vouchers),
        ("GET", "/counts", _counts),
        ("POST", "/company", _change_company),
        ("POST", "/job", _run_job),
        *control.sign_in(),
    ]
    return control.routes(front, own=own)


async def _vouchers(front: Front, request: Request) -> Any:
    worlds = front.service.worlds.all(tenant=control.tenant_of(request))
    return {"items": [one for world in worlds for one in shown(world)]}


async def _counts(front: Front, request: Request) -> Any:
    """Of one environment, or of each by its name."""
    wanted = control.tenant_of(request)
    names = {wanted} if wanted else set(front.service.worlds.made) | set(front.record.counts)
    found = {name: _environment_counts(front, name) for name in sorted(names)}
    return found[wanted] if wanted else found


async def _change_company(front: Front, request: Request) -> Any:
    """`{"tenant", "open_from"?, "blocked_accounts"?, "application_is_mapped"?}`"""
    values = await request.json()
    name = str(values.pop("tenant")).lower()
    world = front.service.worlds.get(environment=name)
    world.open_from = values.pop("open_from", world.open_from)
    world.blocked_accounts = set(values.pop("blocked_accounts", world.blocked_accounts))
    if values.pop("application_is_mapped", name not in front.service.disabled):
        front.service.disabled.discard(name)
    else:
        front.service.disabled.add(name)
    control.only_known(set(values), set())
    return {}


async def _run_job(front: Front, request: Request) -> Any:
    """`{"tenant"?}`: *Post journals*, as a person or the periodic batch job does."""
    values = await request.json()
    for world in front.service.worlds.all(tenant=str(values.get("tenant", ""))):
        world.run_job()
    return {}


def _environment_counts(front: Front, name: str) -> dict[str, Any]:
    counts = front.record.counts_of(tenant=name)
    held = [one for world in front.service.worlds.all(tenant=name) for one in shown(world)]
    posted = [Decimal(one["total"]) for one in held if one["state"] == "posted"]
    return {
        "requests": counts.requests,
        "changes": counts.changes,
        "waiting": len(held) - len(posted),
        "posted": len(posted),
        "posted_total": f"{sum(posted, Decimal(0)):.2f}",
    }
