"""A sandbox's own interface, under `/_sandbox/`: what it holds, what reached it, and what shall go wrong."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sluse.sandbox import faults
from sluse.sandbox.front import Front

Handler = Callable[[Any, Request], Awaitable[Any]]
"""Is handed the front door of its own sandbox."""
Row = tuple[str, str, Handler]


def routes(front: Front, *, own: Sequence[Row]) -> list[Route]:
    """`own` are what only this accounting system has: method, path and handler."""
    shared: list[Row] = [
        ("GET", "/requests", _requests),
        ("GET", "/state", _state),
        ("POST", "/faults", _add_fault),
        ("DELETE", "/faults", _clear_faults),
        ("POST", "/switches", _change_switches),
        ("POST", "/limits", _change_limits),
        ("GET", "/violations", _violations),
        ("POST", "/pause", _pause),
        ("POST", "/resume", _resume),
        ("POST", "/reset", _reset),
    ]
    return [
        Route(f"/_sandbox{path}", _endpoint(front, handler), methods=[method])
        for method, path, handler in (*shared, *own)
    ]


def sign_in() -> list[Row]:
    """`own` routes of whoever has Microsoft's sign-in."""
    return [
        ("POST", "/tokens/revoke", _revoke_tokens),
        ("POST", "/tokens/lifetime", _set_lifetime),
        ("POST", "/tokens/accept", _accept_secrets),
    ]


def tenant_of(request: Request) -> str:
    return request.query_params.get("tenant", "").lower()


def only_known(names: set[str], known: set[str]) -> None:
    if names - known:
        raise ValueError(f"There is no {min(names - known)} to change.")


def _endpoint(front: Front, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await handler(front, request))
        except (ValueError, TypeError, KeyError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return endpoint


async def _requests(front: Front, request: Request) -> Any:
    """`?tenant=&since=NUMBER&changes=1`"""
    found = front.record.of(
        tenant=tenant_of(request),
        since=int(request.query_params.get("since", 0)),
        changes_only=request.query_params.get("changes") == "1",
    )
    return {"items": [entry.as_json() for entry in found]}


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
    front.service.faults.clear(tenant=tenant_of(request))
    return {}


async def _change_switches(front: Front, request: Request) -> Any:
    front.service.switches.change(await request.json())
    return asdict(front.service.switches)


async def _change_limits(front: Front, request: Request) -> Any:
    front.service.limits.change(await request.json())
    return {}


async def _violations(front: Front, _request: Request) -> Any:
    limits = front.service.limits
    return {
        "items": list(limits.violations),
        "most_at_once": {tenant: use.most for tenant, use in limits.used.items()},
    }


async def _pause(front: Front, _request: Request) -> Any:
    front.going.clear()
    return {}


async def _resume(front: Front, _request: Request) -> Any:
    front.going.set()
    return {}


async def _reset(front: Front, request: Request) -> Any:
    """Of one tenant, or of all of them and everything else that was changed."""
    tenant = str((await request.json()).get("tenant", "")) if await request.body() else ""
    front.forget(tenant=tenant)
    front.service.faults.clear(tenant=tenant)
    front.record.forget(tenant=tenant)
    if not tenant:
        front.service.limits.reset()
        front.service.switches.reset()
        front.going.set()
    return {}


async def _revoke_tokens(front: Any, _request: Request) -> Any:
    front.service.tokens.revoke_all()
    return {}


async def _accept_secrets(front: Any, request: Request) -> Any:
    """As somebody makes and deletes client secrets in Microsoft Entra. Tokens got with an old one live on."""
    told = await request.json()
    front.service.tokens.accepted[str(told["tenant"]).lower()] = list(map(str, told["secrets"]))
    return {}


async def _set_lifetime(front: Any, request: Request) -> Any:
    front.service.tokens.lifetime_seconds = int((await request.json())["seconds"])
    return {}
