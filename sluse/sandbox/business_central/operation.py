"""One operation and its answer, alone or inside a batch."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sluse.sandbox.business_central import query
from sluse.sandbox.business_central.refusal import Refusal, bad_request
from sluse.sandbox.business_central.world import Body, World
from sluse.sandbox.reply import Reply as Reply

CHANGING = {"POST", "PATCH", "PUT", "DELETE"}
VERBS = {"POST": "insert", "PATCH": "modify", "PUT": "modify", "DELETE": "delete", "GET": "get"}

Segments = list[tuple[str, str | None]]
"""The parts of an address: name, and the key in parentheses where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`path` stands behind `api/v2.0/`; `query` is still encoded; the names of `headers` are lower-case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    address: str = ""

    @property
    def changes(self) -> bool:
        return self.method in CHANGING

    @property
    def posts(self) -> bool:
        return self.method == "POST" and self.path.endswith("/Microsoft.NAV.post")

    def must_be(self, method: str) -> None:
        if self.method != method:
            verb = VERBS.get(self.method, "this")
            raise Refusal(405, "BadRequest_MethodNotAllowed", f"Entity does not support {verb}.")


def check_etag(asked: Operation, current: str) -> None:
    """A change must name what it changes; a deletion or an action may."""
    sent = asked.headers.get("if-match")
    if sent is None and asked.method == "PATCH":
        raise bad_request("The request requires an If-Match header.", "BadRequest_InvalidToken")
    if sent not in {None, "*", current}:
        raise Refusal(
            409,
            "Request_EntityChanged",
            "Another user has already changed the record. Please refresh and try again.",
        )


def page(*, world: World, operation: Operation, entity: str, rows: Iterable[Body]) -> Reply:
    wanted = query.parse(text=operation.query, entity=entity)
    asked = re.search(r"maxpagesize=(\d+)", operation.headers.get("prefer", ""))
    limit = world.switches.page_rows_max
    rows_max = min(int(asked[1]), limit) if asked else limit
    address = f"{operation.address}/{operation.path}?{operation.query}"
    body = query.page(rows=rows, query=wanted, rows_max=rows_max, address=address)
    return Reply(status=200, body={"@odata.context": f"{operation.address}/$metadata#{entity}", **body})


def equal(*, operation: Operation, entity: str, name: str) -> Any:
    """What the filter wants the property to be, or None where it leaves it open."""
    return query.parse(text=operation.query, entity=entity).equal(name)


def created(*, operation: Operation, key: str, body: Body) -> Reply:
    location = f"{operation.address}/{operation.path}({key})"
    return Reply(status=201, body=body, headers={"location": location})


def refused(*, world: World, refusal: Refusal) -> Reply:
    return Reply(status=refusal.status, body=refusal.body(world.new_id("correlation")))
