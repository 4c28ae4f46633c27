"""From a whole HTTP request to a whole answer: sign-in, one operation, or a batch. Nothing here waits."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sluse.sandbox.business_central import batch, operation, operations, seed
from sluse.sandbox.business_central.faults import Faults
from sluse.sandbox.business_central.limits import Limits
from sluse.sandbox.business_central.operation import CHANGING, Operation, Reply
from sluse.sandbox.business_central.refusal import Refusal, bad_request
from sluse.sandbox.business_central.switches import Switches
from sluse.sandbox.business_central.world import World, Worlds
from sluse.sandbox.tokens import PATH as TOKEN_PATH
from sluse.sandbox.tokens import Tokens

SCOPE = re.compile(r"https://api\.businesscentral\.dynamics\.com/\.default")
API_PATH = re.compile(r"/v2\.0/([^/]+)/([^/]+)/api/v2\.0/(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The names of `headers` are lower-case. `data` is the parsed body, None when it is not JSON."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    address: str
    data: Any = None

    @property
    def tenant(self) -> str:
        found = TOKEN_PATH.fullmatch(self.path) or API_PATH.fullmatch(self.path)
        return found[1].lower() if found else ""

    @property
    def is_sign_in(self) -> bool:
        return TOKEN_PATH.fullmatch(self.path) is not None

    @property
    def operations(self) -> list[str]:
        """`METHOD address` of each operation of a batch, as far as the body can be read."""
        requests = self.data.get("requests") if isinstance(self.data, dict) else None
        if not self.path.endswith("/$batch") or not isinstance(requests, list):
            return []
        return [f"{one.get('method')} {one.get('url')}" for one in requests if isinstance(one, dict)]

    @property
    def changes(self) -> bool:
        if self.is_sign_in:
            return False
        if self.path.endswith("/$batch"):
            return any(text.split(" ", 1)[0].upper() in CHANGING for text in self.operations)
        return self.method in CHANGING


def call(*, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, origin: str) -> Call:
    found = API_PATH.fullmatch(path)
    address = f"{origin}/v2.0/{found[1]}/{found[2]}/api/v2.0" if found else origin
    return Call(
        method=method,
        path=path,
        query=query,
        headers=headers,
        body=body,
        address=address,
        data=_json(body),
    )


@dataclass(slots=True, kw_only=True)
class Service:
    switches: Switches = field(default_factory=Switches)
    limits: Limits = field(default_factory=Limits)
    tokens: Tokens = field(default_factory=lambda: Tokens(scope=SCOPE))
    faults: Faults = field(default_factory=Faults)
    worlds: Worlds = field(init=False)

    def __post_init__(self) -> None:
        self.worlds = Worlds(switches=self.switches)

    def answer(self, call: Call) -> Reply:
        signing_in = TOKEN_PATH.fullmatch(call.path)
        if signing_in and call.method == "POST":
            self.tokens.refusal_status = self.switches.token_refusal_status
            return self.tokens.issue(tenant=signing_in[1], headers=call.headers, body=call.body)
        found = API_PATH.fullmatch(call.path)
        if found is None:
            return _error(404, "BadRequest_NotFound", "No HTTP resource was found.")
        return self._api(call, tenant=found[1].lower(), environment=found[2], rest=found[3])

    def weight(self, call: Call) -> int:
        """How many requests this one is, against the limit."""
        return max(len(call.operations), 1) if self.switches.batch_counts_every_operation else 1

    def _api(self, call: Call, *, tenant: str, environment: str, rest: str) -> Reply:
        token = self.tokens.find(authorization=call.headers.get("authorization", ""))
        if token is None or token.tenant != tenant:
            return self._unauthorized()
        if environment not in seed.ENVIRONMENTS:
            return _error(404, "NoEnvironment", "Environment does not exist.")
        world = self.worlds.get(tenant=tenant, environment=environment)
        if not world.application_is_enabled:
            return self._unauthorized()
        try:
            return self._in_world(world, call, rest)
        except Refusal as refusal:
            return operation.refused(world=world, refusal=refusal)

    def _in_world(self, world: World, call: Call, rest: str) -> Reply:
        is_stream = rest.endswith("/attachmentContent")
        has_body = bool(call.body) and not is_stream
        if has_body and "application/json" not in call.headers.get("content-type", ""):
            raise Refusal(415, "BadRequest", "The media type of the request is not supported.")
        if has_body and call.data is None:
            raise bad_request("The request body is not JSON.")
        if rest == "$batch":
            return self._batch(world, call)
        asked = Operation(
            method=call.method,
            path=rest,
            query=call.query,
            headers=call.headers,
            body=call.body if is_stream else call.data,
            address=call.address,
        )
        return operations.execute(world=world, asked=asked)

    def _batch(self, world: World, call: Call) -> Reply:
        if call.method != "POST":
            raise Refusal(405, "BadRequest_MethodNotAllowed", "A batch is sent with POST.")
        if "application/json" not in call.headers.get("accept", ""):
            return Reply(status=200, raw=b"--batchresponse\r\n", content_type="multipart/mixed")
        parsed = batch.parse(body=call.data, headers=call.headers, address=call.address)

        def interfere(asked: Operation) -> Reply | None:
            return self.faults.take_for(
                tenant=world.tenant, operation=asked, correlation_id=world.new_id("correlation")
            )

        return batch.execute(world=world, batch=parsed, interfere=interfere)

    def _unauthorized(self) -> Reply:
        text = "The credentials provided are incorrect"
        if self.switches.unauthorized_answers_are_xml:
            raw = f'<error xmlns="http://docs.oasis-open.org/odata/ns/metadata"><message>{text}</message></error>'
            return Reply(status=401, raw=raw.encode(), content_type="application/xml")
        return _error(401, "Authentication_InvalidCredentials", text)


def _error(status: int, code: str, message: str) -> Reply:
    return Reply(status=status, body={"error": {"code": code, "message": message}})


def _json(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None
