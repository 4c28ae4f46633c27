"""From a whole HTTP request to a whole answer: sign-in, one operation, or a multipart batch. Nothing here waits."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import unquote, urlsplit

from sluse.sandbox.faults import Faults
from sluse.sandbox.finance import journals, multipart, query, refusal
from sluse.sandbox.finance.multipart import Changeset, Operation
from sluse.sandbox.finance.refusal import RefusedError
from sluse.sandbox.finance.switches import Switches
from sluse.sandbox.finance.world import World, Worlds
from sluse.sandbox.limits import Limits
from sluse.sandbox.reply import Reply
from sluse.sandbox.tokens import PATH as TOKEN_PATH
from sluse.sandbox.tokens import Tokens

SCOPE = re.compile(r"https://[a-z0-9-]+\.operations\.dynamics\.com/\.default")
DATA_PATH = re.compile(r"/([A-Za-z0-9-]+)/data/(.+)")
CHANGING = {"POST", "PATCH", "PUT", "DELETE"}
OPERATION = re.compile(rb"^(GET|POST|PATCH|PUT|DELETE) (\S+) HTTP/1\.1\r$", re.MULTILINE)
KEY = re.compile(r"(\w+)='([^']*)'")
PROPERTIES = {
    **query.PROPERTIES,
    "LedgerJournalHeaders": journals.HEADER_SHOWN,
    "LedgerJournalLines": journals.LINE_SHOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The environment stands for the tenant: each is a world of its own."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    origin: str

    @property
    def tenant(self) -> str:
        found = DATA_PATH.fullmatch(self.path) or TOKEN_PATH.fullmatch(self.path)
        return found[1].lower() if found else ""

    @property
    def operations(self) -> list[str]:
        if not self.path.endswith("/$batch"):
            return []
        return [
            f"{method.decode()} {urlsplit(url.decode()).path}" for method, url in OPERATION.findall(self.body)
        ]

    @property
    def changes(self) -> bool:
        if TOKEN_PATH.fullmatch(self.path):
            return False
        if self.path.endswith("/$batch"):
            return any(one.split(" ", 1)[0] in CHANGING for one in self.operations)
        return self.method in CHANGING


@dataclass(slots=True, kw_only=True)
class Service:
    switches: Switches = field(default_factory=Switches)
    limits: Limits = field(default_factory=Limits)
    tokens: Tokens = field(default_factory=lambda: Tokens(scope=SCOPE))
    faults: Faults = field(default_factory=Faults)
    disabled: set[str] = field(default_factory=set)
    """The environments in which the application is mapped to no user."""
    worlds: Worlds = field(init=False)

    def __post_init__(self) -> None:
        self.worlds = Worlds(switches=self.switches)

    def answer(self, call: Call) -> Reply:
        signing_in = TOKEN_PATH.fullmatch(call.path)
        if signing_in and call.method == "POST":
            self.tokens.refusal_status = self.switches.token_refusal_status
            return self.tokens.issue(tenant=signing_in[1], headers=call.headers, body=call.body)
        found = DATA_PATH.fullmatch(call.path)
        if found is None:
            return Reply(status=404, body=refusal.body("No HTTP resource was found."))
        if not self._may_enter(call, found[1].lower()):
            return Reply(status=401, raw=b"", content_type="text/plain")
        world = self.worlds.get(environment=found[1])
        world.run_job_if_due()
        try:
            return self._in_world(world, call, found[2])
        except RefusedError as error:
            return refusal.reply(error, write_status=self.switches.refusal_status)

    def _may_enter(self, call: Call, environment: str) -> bool:
        token = self.tokens.find(authorization=call.headers.get("authorization", ""))
        wanted = f"https://{environment}.operations.dynamics.com/.default"
        return token is not None and token.scope == wanted and environment not in self.disabled

    def _in_world(self, world: World, call: Call, rest: str) -> Reply:
        if rest == "$batch":
            return self._batch(world, call)
        body = None
        if call.body:
            try:
                body = json.loads(call.body, parse_float=Decimal)
            except ValueError as error:
                raise RefusedError("The body is not JSON.") from error
        operation = Operation(method=call.method, url=f"{rest}?{call.query}", headers=call.headers, body=body)
        return self._execute(world, operation, f"{call.origin}/{world.environment}/data")

    def _batch(self, world: World, call: Call) -> Reply:
        parts = multipart.parse(content_type=call.headers.get("content-type", ""), body=call.body)
        goes_on = self.switches.batch_goes_on and "odata.continue-on-error" in call.headers.get("prefer", "")
        replies: list[Reply | list[tuple[str, Reply]]] = []
        address = f"{call.origin}/{world.environment}/data"
        for part in parts:
            try:
                if isinstance(part, Changeset):
                    replies.append(self._changeset(world, part, address))
                else:
                    replies.append(self._execute(world, part, address))
            except RefusedError as error:
                replies.append(refusal.reply(error, write_status=self.switches.refusal_status))
                if not goes_on:
                    break
        return multipart.answer(replies)

    def _changeset(self, world: World, changeset: Changeset, address: str) -> list[tuple[str, Reply]]:
        """All of it, or nothing."""
        before = world.copy_of_sets()
        try:
            return [(one.content_id, self._execute(world, one, address)) for one in changeset.operations]
        except RefusedError:
            world.sets = before
            raise

    def _execute(self, world: World, operation: Operation, address: str) -> Reply:
        split = urlsplit(operation.url)
        path = unquote(split.path).rpartition("/data/")[2]
        name, _, key = path.partition("(")
        if name not in PROPERTIES:
            raise RefusedError(f"No HTTP resource was found that matches '{name}'.", status=404)
        match operation.method, bool(key):
            case "GET", False:
                body = query.page(
                    rows=world.sets[name],
                    properties=PROPERTIES[name],
                    text=split.query,
                    rows_max=self.switches.page_rows_max,
                    address=f"{address}/{name}",
                )
                return Reply(status=200, body={"@odata.context": f"{address}/$metadata#{name}", **body})
            case "POST", False if name == "LedgerJournalHeaders":
                return Reply(status=201, body=journals.add_header(world, operation.body))
            case "POST", False if name == "LedgerJournalLines":
                return Reply(status=201, body=journals.add_line(world, operation.body))
            case "DELETE", True if name == "LedgerJournalHeaders":
                journals.remove_header(world, dict(KEY.findall(key)), operation.headers.get("if-match", "*"))
                return Reply(status=204)
        raise RefusedError("The method is not allowed here.", status=405)
