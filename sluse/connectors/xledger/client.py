"""The calls to Xledger: one query, all pages of a list, one mutation. Every answer is checked before it is believed.

Reading raises `UnavailableError` for whatever is not a whole, understood answer. Writing raises `NotSentError`
when the request provably did nothing, and `UnclearError` when it may have done something.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from sluse.connectors import decimal_json, pace
from sluse.connectors.base import UnauthorizedError, UnavailableError
from sluse.connectors.http import Answer, Door, NotSentError, Part, Request, UnclearError, multipart
from sluse.connectors.xledger import waiting
from sluse.connectors.xledger.classify import Error, Verdict, classify, read_errors
from sluse.connectors.xledger.config import Settings
from sluse.connectors.xledger.limit import LIMIT

PAGES_MAX = 200
"""Of 500 rows each: no chart of accounts is near it, and a server that pages for ever is stopped."""
PAGE_ROWS = 500
JSON = "application/json"
Send = Callable[[Request], Awaitable[Answer]]


class RefusedQuestionError(UnavailableError):
    """Xledger does not take the question as it was put: it may lack a field or a filter that we assume."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    verdict: Verdict
    status: int
    data: Mapping[str, Any]
    errors: Sequence[Error]


class Client:
    def __init__(self, *, door: Door, settings: Settings, token: str) -> None:
        self._door = door
        self._settings = settings
        self._token = token

    async def close(self) -> None:
        await self._door.close()

    async def read(self, query: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The data of an answer without errors."""
        reply = await self._ask(self._door.read, _question(query, variables))
        if reply.verdict is not Verdict.DONE:
            raise RefusedQuestionError(
                _("Xledger did not answer a question of ours (%(errors)s).") % _words(reply)
            )
        return reply.data

    async def nodes(
        self, query: str, name: str, variables: Mapping[str, Any], *, page_rows: int = PAGE_ROWS
    ) -> list[Mapping[str, Any]]:
        """All pages of a list; the next one begins behind the cursor of the last edge."""
        found: list[Mapping[str, Any]] = []
        after: str | None = None
        seen: set[str] = set()
        while True:
            data = await self.read(query, {**variables, "first": page_rows, "after": after})
            page, goes_on = read_page(data.get(name))
            found += [edge["node"] for edge in page]
            if not goes_on:
                return found
            after = str(page[-1].get("cursor") or "") if page else ""
            if not after or after in seen or len(seen) >= PAGES_MAX:
                raise UnavailableError(_("Xledger's pages repeat themselves."))
            seen.add(after)

    async def write(self, query: str, variables: Mapping[str, Any]) -> Reply:
        """Done or refused; what a refused one may have kept is for a look-up to tell."""
        return await self._ask(self._door.write, _question(query, variables))

    async def upload(self, query: str, variables: Mapping[str, Any], files: Sequence[Part]) -> Reply:
        """A write with files beside it, in a form of Xledger's own: not the one that other GraphQL servers take."""
        question = Part(name="content", media_type=JSON, content=_question(query, variables))
        content_type, content = multipart(parts=[*files, question])
        return await self._ask(self._door.write, content, content_type)

    async def _ask(self, send: Send, content: bytes, content_type: str = JSON) -> Reply:
        request = Request(
            method="POST",
            url=self._settings.address,
            headers={
                "authorization": f"token {self._token}",
                "content-type": content_type,
                "accept": JSON,
            },
            content=content,
        )
        async with pace.place(limit=LIMIT, user=self._token):
            answer = await send(request)
        reply = _reply(answer)
        match reply.verdict:
            case Verdict.UNAUTHORIZED:
                raise UnauthorizedError(unauthorized())
            case Verdict.THROTTLED:
                raise NotSentError(
                    _("Xledger asks Sluse to wait: too many requests."),
                    retry_after_seconds=waiting.seconds(errors=reply.errors, now=timezone.now()),
                    response_code=answer.status,
                )
            case Verdict.UNCLEAR:
                raise UnclearError(
                    _("Xledger's answer does not say whether the request was executed."),
                    response_code=answer.status,
                )
        return reply


def unauthorized() -> str:
    return _(
        "Xledger does not accept the API token. It may have expired, or the user who made it was deactivated. Make a "
        "new one in Xledger, under System Access, GraphQL, API tokens."
    )


def read_page(connection: Any) -> tuple[list[Mapping[str, Any]], bool]:
    """The edges, none when they are null, and whether more follow. Raises for any other form."""
    try:
        edges, goes_on = connection["edges"], connection["pageInfo"]["hasNextPage"]
        page = [] if edges is None else list(edges)
        if type(goes_on) is not bool or not all(isinstance(edge["node"], dict) for edge in page):
            raise other_shape()
    except (KeyError, TypeError) as error:
        raise other_shape() from error
    return page, goes_on


def other_shape() -> UnclearError:
    return UnclearError(_("Xledger's answer does not have the form it should have."))


def _question(query: str, variables: Mapping[str, Any]) -> bytes:
    return decimal_json.dumps({"query": query, "variables": dict(variables)})


def _reply(answer: Answer) -> Reply:
    """Raises `UnclearError` for what is not GraphQL's own form, unless the status alone says enough."""
    body = answer.json() if answer.status not in {401, 403} else {}
    errors = read_errors(body)
    data = body.get("data") if isinstance(body, dict) else None
    if errors is None or not isinstance(data, dict | None):
        raise other_shape()
    has_data = data is not None and any(value is not None for value in data.values())
    verdict = classify(status=answer.status, errors=errors, has_data=has_data)
    return Reply(verdict=verdict, status=answer.status, data=data or {}, errors=errors)


def _words(reply: Reply) -> dict[str, str]:
    return {"errors": " ".join(error.message for error in reply.errors)[:300]}
