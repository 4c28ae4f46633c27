"""From a whole HTTP request to a whole answer: the token, then GraphQL against our own schema. Nothing waits."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import graphql
from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema

from sluse.sandbox.faults import Faults
from sluse.sandbox.reply import Reply
from sluse.sandbox.xledger import job, reads, refusal, seed, staging, updating, upload
from sluse.sandbox.xledger.limits import Limits
from sluse.sandbox.xledger.switches import Switches
from sluse.sandbox.xledger.upload import File
from sluse.sandbox.xledger.world import World, Worlds

PATH = "/graphql"
JSON = "application/json; charset=utf-8"
SCHEMA_FILE = Path(__file__).parent / "schema.graphql"
MONEY = re.compile(r"-?\d{1,15}(\.\d{1,2})?")
DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The names of `headers` are lower-case. `data` is the parsed question, None when it is not JSON."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    data: Any = None
    files: Mapping[str, File] = field(default_factory=dict)

    @property
    def tenant(self) -> str:
        """The entity that the token belongs to; empty when nobody's."""
        found = seed.TOKEN.fullmatch(self.headers.get("authorization", "").removeprefix("token "))
        return found[1] if found else ""

    @property
    def query(self) -> str:
        text = self.data.get("query") if isinstance(self.data, dict) else None
        return text if isinstance(text, str) else ""

    @property
    def changes(self) -> bool:
        return self.query.lstrip().startswith("mutation")

    @property
    def operations(self) -> list[str]:
        """The names of the operations, as far as they can be read."""
        return re.findall(r"\b(?:query|mutation)\s+(\w+)", self.query)


@dataclass(slots=True, kw_only=True)
class Service:
    switches: Switches = field(default_factory=Switches)
    limits: Limits = field(default_factory=Limits)
    faults: Faults = field(default_factory=Faults)
    revoked: bool = False
    worlds: Worlds = field(init=False)
    schema: GraphQLSchema = field(init=False)

    def __post_init__(self) -> None:
        self.worlds = Worlds(switches=self.switches)
        self.schema = schema(money_may_be_a_number=lambda: self.switches.money_may_be_a_number)

    def answer(self, call: Call) -> Reply:
        if call.path != PATH:
            return Reply(status=404, raw=b"Not found", content_type="text/plain")
        if call.method != "POST":
            return Reply(status=405, raw=b"Use POST", content_type="text/plain")
        if not call.tenant or self.revoked:
            return self.refuse(refusal.body(message=refusal.BAD_CREDENTIAL), status=401)
        if not call.query:
            return self.refuse(refusal.body(message="Must provide query string.", code="BAD_REQUEST"))
        world = self.worlds.get(entity=call.tenant)
        job.run_if_due(world)
        return self._execute(world, call)

    def refuse(self, body: dict[str, Any], *, status: int = 400) -> Reply:
        return Reply(
            status=200 if self.switches.errors_with_status_200 else status, body=body, content_type=JSON
        )

    def _execute(self, world: World, call: Call) -> Reply:
        result = graphql.graphql_sync(
            self.schema,
            call.query,
            root_value=self._root(world, call),
            variable_values=call.data.get("variables"),
        )
        if result.errors:
            self._note_what_the_schema_refuses(call, result.errors)
            body = {"data": result.data, "errors": [_error(error) for error in result.errors]}
            return self.refuse(body)
        return Reply(status=200, body={"data": result.data}, content_type=JSON)

    def _note_what_the_schema_refuses(self, call: Call, errors: Sequence[GraphQLError]) -> None:
        """Whoever asks for what is not there has read the wrong manual: never an accident of a voucher's content."""
        for error in errors:
            if error.path is None:
                self.limits.note(tenant=call.tenant, limit="schema", used=error.message)

    def _root(self, world: World, call: Call) -> dict[str, Any]:
        lists = {
            **world.master,
            "glImportItems": world.staged,
            "glImportItemErrors": world.errors,
            "journalEntries": world.entries,
        }
        return {
            "viewer": partial(_viewer, world),
            "addGLImportItems": partial(_add, world, self.limits),
            "updateGLImportItems": partial(_update, world, call.files),
            **{name: partial(_page, world, rows) for name, rows in lists.items()},
        }


def schema(*, money_may_be_a_number: Any = lambda: False) -> GraphQLSchema:
    """Our own schema with scalars that are as narrow as Xledger's."""
    built = graphql.build_schema(SCHEMA_FILE.read_text())

    def money(value: Any) -> str:
        is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
        if is_number and money_may_be_a_number():
            return str(value)
        return _text(value, MONEY, "Money is text with at most two decimals")

    _scalar(built, "Money").coerce_input_value = money
    _scalar(built, "Day").coerce_input_value = _day
    return built


def parse(*, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Call:
    """The question is the whole body, or the part of it that is called so."""
    parts = dict(upload.parts(content_type=headers.get("content-type", ""), body=body))
    question = parts.pop(upload.QUESTION, None)
    try:
        data = json.loads(body if question is None else question.content, parse_float=Decimal)
    except (ValueError, RecursionError):
        data = None
    return Call(method=method, path=path, headers=headers, body=body, data=data, files=parts)


def _scalar(built: GraphQLSchema, name: str) -> GraphQLScalarType:
    found = built.type_map[name]
    assert isinstance(found, GraphQLScalarType)
    return found


def _day(value: Any) -> str:
    return _text(value, DAY, "A date is yyyy-MM-dd")


def _text(value: Any, form: re.Pattern[str], expected: str) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise GraphQLError(f"{expected}: {value!r}")
    return value


def _viewer(world: World, _info: Any) -> dict[str, Any]:
    shown = {"dbId": int(world.entity), "code": world.entity, "description": seed.NAME}
    known = shown if world.switches.viewer_shows_entity else {}
    return {"entity": {**known, "ownerDbId": int(world.entity), "company": {"dbId": int(world.entity) + 1}}}


def _add(world: World, limits: Limits, _info: Any, *, inputs: list[dict[str, Any]]) -> dict[str, Any]:
    edges = staging.add(world=world, limits=limits, inputs=inputs)
    return {"edges": edges, "pageInfo": {"hasNextPage": False, "hasPreviousPage": False}}


def _update(
    world: World, files: Mapping[str, File], _info: Any, *, inputs: list[dict[str, Any]]
) -> dict[str, Any]:
    edges = updating.update(world=world, files=files, inputs=inputs)
    return {"edges": edges, "pageInfo": {"hasNextPage": False, "hasPreviousPage": False}}


def _page(world: World, rows: list[seed.Row], _info: Any, **asked: Any) -> dict[str, Any]:
    unknown = _unknown_filters(world) & reads.fields(asked.get("filter"))
    if unknown:
        raise GraphQLError(f"Cannot query field `{min(unknown)}` on this type")
    return reads.page(
        rows=rows,
        rows_max=world.switches.page_rows_max,
        first=asked.get("first"),
        after=asked.get("after"),
        condition=asked.get("filter"),
    )


def _unknown_filters(world: World) -> set[str]:
    known = {
        "postedDate_gte": world.switches.ledger_filters_by_date,
        "trRegNumber_in": world.switches.staging_filters_by_number,
    }
    return {name for name, is_known in known.items() if not is_known}


def _error(error: GraphQLError) -> dict[str, Any]:
    code = (error.extensions or {}).get("code")
    if code is None:
        code = (
            refusal.UNHANDLED
            if error.original_error and not isinstance(error.original_error, GraphQLError)
            else ""
        )
    if not code and "has invalid value" in error.message:
        code = refusal.ARGUMENT
    found: dict[str, Any] = {"message": error.message}
    return found | ({"extensions": {"code": code}} if code else {})
