"""`$batch`: up to a hundred operations in one request, with the documented ways of stopping and rolling
back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sluse.sandbox.business_central import operation, operations
from sluse.sandbox.business_central.operation import Operation, Reply
from sluse.sandbox.business_central.refusal import Refusal, bad_request
from sluse.sandbox.business_central.world import Books, World

OPERATIONS_MAX = 100

Interfere = Callable[[Operation], Reply | None]
"""A fault that was set for a single operation answers in its place; None lets it be executed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    operations: tuple[tuple[str | None, Operation], ...]
    is_snapshot: bool
    goes_on: bool


def parse(*, body: Any, headers: Mapping[str, str], address: str) -> Batch:
    """Raises `Refusal` when the envelope itself is wrong: then nothing of it is executed."""
    if not isinstance(body, dict) or not isinstance(body.get("requests"), list):
        raise bad_request("The batch request must hold an array named 'requests'.")
    return Batch(
        operations=tuple(_operation(request, address) for request in body["requests"]),
        is_snapshot=headers.get("isolation", "").lower() == "snapshot",
        goes_on="odata.continue-on-error" in headers.get("prefer", "").lower(),
    )


def execute(*, world: World, batch: Batch, interfere: Interfere) -> Reply:
    limit = world.switches.too_many_operations_status
    if len(batch.operations) > OPERATIONS_MAX:
        message = f"The maximum number of operations in a batch is {OPERATIONS_MAX}."
        return operation.refused(world=world, refusal=Refusal(limit, "Internal_ServerError", message))
    run = _Run(world=world, batch=batch)
    answers = [
        {"id": key, "status": reply.status, "headers": _headers(reply)}
        | ({} if reply.body is None else {"body": reply.body})
        for key, reply in run.answers(interfere)
    ]
    if not world.switches.batch_answers_in_order:
        answers.reverse()
    return Reply(status=200, body={"responses": answers})


class _Run:
    """One pass over the operations; in a snapshot, `_before` is what a refusal goes back to."""

    def __init__(self, *, world: World, batch: Batch) -> None:
        self._world = world
        self._batch = batch
        self._before: dict[str, Books] = {}
        self._failed = False

    def answers(self, interfere: Interfere) -> list[tuple[str | None, Reply]]:
        found: list[tuple[str | None, Reply]] = []
        self._remember()
        for key, asked in self._batch.operations:
            reply = interfere(asked) or operations.execute(world=self._world, asked=asked)
            found.append((key, reply))
            if reply.status >= 400:  # noqa: PLR2004 — the first status that is an error
                self._failed = True
                if self._stops():
                    break
            elif asked.posts:
                self._remember()
        return self._after_roll_back(found) if self._batch.is_snapshot and self._failed else found

    def _stops(self) -> bool:
        if self._batch.is_snapshot:
            return self._world.switches.snapshot_stops_at_refusal
        return not self._batch.goes_on

    def _remember(self) -> None:
        """Posting commits, and with it everything that was done before."""
        if self._batch.is_snapshot:
            self._before = {key: one.copy_of_books() for key, one in self._world.companies.items()}

    def _after_roll_back(self, found: list[tuple[str | None, Reply]]) -> list[tuple[str | None, Reply]]:
        for key, books in self._before.items():
            self._world.companies[key].go_back_to(books)
        if self._world.switches.rolled_back_operations_report_success:
            return found
        return [(key, reply if reply.status >= 400 else self._undone()) for key, reply in found]  # noqa: PLR2004

    def _undone(self) -> Reply:
        refusal = Refusal(424, "BadRequest_FailedDependency", "The operation was rolled back.")
        return operation.refused(world=self._world, refusal=refusal)


def _operation(request: Any, address: str) -> tuple[str | None, Operation]:
    if not isinstance(request, dict) or not {"method", "url"} <= set(request):
        raise bad_request("Every request of a batch must have a method and a url.")
    path, _, query = str(request["url"]).partition("?")
    headers = {str(name).lower(): str(value) for name, value in (request.get("headers") or {}).items()}
    body = request.get("body")
    if body is not None and "json" not in headers.get("content-type", ""):
        raise bad_request("A request of a batch with a body must say its Content-Type.")
    key = request.get("id")
    return None if key is None else str(key), Operation(
        method=str(request["method"]).upper(),
        path=path.strip("/"),
        query=query,
        headers=headers,
        body=body,
        address=address,
    )


def _headers(reply: Reply) -> dict[str, str]:
    kind = {} if reply.body is None else {"content-type": "application/json; odata.metadata=minimal"}
    return {**reply.headers, **kind, "odata-version": "4.0"}
