"""The sandbox's own interface, under `/_sandbox/`: what it holds, what reached it, and what shall go wrong."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sluse.sandbox import faults
from sluse.sandbox.xledger import job, seed, show
from sluse.sandbox.xledger.front import Front
from sluse.sandbox.xledger.limits import NAMES, Limits
from sluse.sandbox.xledger.switches import Switches

Handler = Callable[[Front, Request], Awaitable[Any]]


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
        ("POST", "/job", _run_job),
        ("POST", "/staged/remove", _remove_staged),
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
    """What a connector needs to know to connect; any entity has a token of this form."""
    return {"owner": seed.ENTITY, "token": seed.token_of(entity=seed.ENTITY), "company_name": seed.NAME}


async def _requests(front: Front, request: Request) -> Any:
    """`?tenant=&since=NUMBER&changes=1`"""
    found = front.record.of(
        tenant=_tenant(request),
        since=int(request.query_params.get("since", 0)),
        changes_only=request.query_params.get("changes") == "1",
    )
    return {"items": [entry.as_json() for entry in found]}


async def _vouchers(front: Front, request: Request) -> Any:
    worlds = front.service.worlds.all(tenant=_tenant(request))
    return {"items": [voucher for world in worlds for voucher in show.vouchers(world)]}


async def _counts(front: Front, request: Request) -> Any:
    """Of one entity, or of each by its number."""
    wanted = _tenant(request)
    entities = {wanted} if wanted else set(front.service.worlds.made) | set(front.record.counts)
    found = {entity: _entity_counts(front, entity) for entity in sorted(entities)}
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
    """`{"tenant", "open_from"?, "blocked_accounts"?, "mandatory_objects"?}`"""
    values = await request.json()
    world = front.service.worlds.get(entity=values.pop("tenant"))
    world.open_from = values.pop("open_from", world.open_from)
    world.blocked_accounts = set(values.pop("blocked_accounts", world.blocked_accounts))
    world.mandatory_objects = dict(values.pop("mandatory_objects", world.mandatory_objects))
    _nothing_else(values)
    return {}


async def _change_switches(front: Front, request: Request) -> Any:
    front.service.switches.change(await request.json())
    return asdict(front.service.switches)


async def _change_limits(front: Front, request: Request) -> Any:
    values = await request.json()
    _nothing_else({name: value for name, value in values.items() if name not in NAMES})
    front.service.limits.change(values)
    return {}


async def _violations(front: Front, _request: Request) -> Any:
    return {"items": list(front.service.limits.violations)}


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


async def _pause(front: Front, _request: Request) -> Any:
    front.going.clear()
    return {}


async def _resume(front: Front, _request: Request) -> Any:
    front.going.set()
    return {}


async def _reset(front: Front, request: Request) -> Any:
    """Of one entity, or of all of them and everything else that was changed."""
    tenant = str((await request.json()).get("tenant", "")) if await request.body() else ""
    front.service.worlds.forget(tenant=tenant)
    front.service.faults.clear(tenant=tenant)
    front.record.forget(tenant=tenant)
    if not tenant:
        front.service.limits.change({name: getattr(Limits(), name) for name in NAMES})
        front.service.switches.change(asdict(Switches()))
        front.service.revoked = False
        front.going.set()
    return {}


def _tenant(request: Request) -> str:
    return request.query_params.get("tenant", "")


def _entity_counts(front: Front, entity: str) -> dict[str, Any]:
    counts = front.record.counts.get(entity)
    held = [one for world in front.service.worlds.all(tenant=entity) for one in show.vouchers(world)]
    states = [one["state"] for one in held]
    posted = sum((Decimal(one["total"]) for one in held if one["state"] == "posted"), Decimal(0))
    return {
        "requests": counts.requests if counts else 0,
        "changes": counts.changes if counts else 0,
        "staged": states.count("staged"),
        "failed": states.count("failed"),
        "posted": states.count("posted"),
        "posted_total": f"{posted:.2f}",
    }


def _nothing_else(values: dict[str, Any]) -> None:
    if values:
        raise ValueError(f"There is no {min(values)} to change.")
